import type { SparseVector } from '@sluice/core';
import type { ImpactParts, ImpactPrecision, Impacts, WindowDocuments } from './impact-index.js';
import { quantizeImpacts } from './quantize-impacts.js';

/** The vector of one document. */
export interface OrdinalVector extends SparseVector {
  readonly ordinal: number;
}

/** What an index of vectors is made with. */
export interface InversionShape {
  readonly columns: number;
  readonly windowDocuments: WindowDocuments;
  readonly precision: ImpactPrecision;
}

/** Postings by term, in rising order of ordinals: those of term t from `offsets[t]` to before `offsets[t + 1]`. */
interface Postings {
  readonly offsets: Uint32Array;
  readonly ordinals: Uint32Array;
  readonly weights: Float32Array;
}

/** Documents, or terms, between two chances to pause. */
const PAUSE_EVERY = 1024;

/**
 * Turns vectors by document into blocks by term: a counting sort, O(non-zeros + columns).
 *
 * A generator, so that a caller can pause at each `yield`.
 *
 * @param vectors in rising order of their ordinals
 */
export function* invertVectors(
  vectors: readonly OrdinalVector[],
  { columns, windowDocuments, precision }: InversionShape,
): Generator<void, Omit<ImpactParts, 'fingerprint' | 'documents'>> {
  const postings = yield* placePostings(vectors, columns);
  const { impacts, scale } = quantizeImpacts(postings.weights, precision);
  yield;
  const size = (vectors.at(-1)?.ordinal ?? -1) + 1;
  const blocks = yield* cutBlocks(postings, impacts, { windowDocuments, size });
  return { columns, size, windowDocuments, scale, ...blocks, impacts };
}

function* placePostings(vectors: readonly OrdinalVector[], columns: number): Generator<void, Postings> {
  const offsets = new Uint32Array(columns + 1);
  for (const [at, { indices }] of vectors.entries()) {
    for (let place = 0; place < indices.length; place++) {
      const next = (indices[place] ?? 0) + 1;
      offsets[next] = (offsets[next] ?? 0) + 1;
    }
    if (at % PAUSE_EVERY === 0) yield;
  }
  for (let term = 1; term <= columns; term++) offsets[term] = (offsets[term] ?? 0) + (offsets[term - 1] ?? 0);
  const total = offsets[columns] ?? 0;
  const [ordinals, weights] = [new Uint32Array(total), new Float32Array(total)];
  const cursors = offsets.slice();
  for (const [at, { ordinal, indices, values }] of vectors.entries()) {
    for (let place = 0; place < indices.length; place++) {
      const term = indices[place] ?? 0;
      const posting = cursors[term] ?? 0;
      cursors[term] = posting + 1;
      ordinals[posting] = ordinal;
      weights[posting] = values[place] ?? 0;
    }
    if (at % PAUSE_EVERY === 0) yield;
  }
  return { offsets, ordinals, weights };
}

function* cutBlocks(
  { offsets, ordinals }: Postings,
  impacts: Impacts,
  { windowDocuments, size }: { readonly windowDocuments: WindowDocuments; readonly size: number },
): Generator<void, Pick<ImpactParts, 'blockOffsets' | 'blockWindows' | 'blockStarts' | 'blockMaxima' | 'places'>> {
  const shift = Math.log2(windowDocuments);
  const blockOffsets = new Uint32Array(offsets.length);
  const places = new Uint8Array(ordinals.length);
  let blocks = 0;
  for (let term = 0; term < offsets.length - 1; term++) {
    const end = offsets[term + 1] ?? 0;
    let window = -1;
    for (let posting = offsets[term] ?? 0; posting < end; posting++) {
      const ordinal = ordinals[posting] ?? 0;
      places[posting] = ordinal & (windowDocuments - 1);
      if (ordinal >>> shift !== window) blocks++;
      window = ordinal >>> shift;
    }
    blockOffsets[term + 1] = blocks;
    if (term % PAUSE_EVERY === 0) yield;
  }
  const blockWindows = size > windowDocuments * 0x10000 ? new Uint32Array(blocks) : new Uint16Array(blocks);
  const blockStarts = new Uint32Array(blocks + 1);
  const blockMaxima = impacts.slice(0, blocks).fill(0);
  blockStarts[blocks] = ordinals.length;
  let block = -1;
  for (let term = 0; term < offsets.length - 1; term++) {
    const end = offsets[term + 1] ?? 0;
    let window = -1;
    for (let posting = offsets[term] ?? 0; posting < end; posting++) {
      const own = (ordinals[posting] ?? 0) >>> shift;
      if (own !== window) {
        window = own;
        block++;
        blockWindows[block] = own;
        blockStarts[block] = posting;
      }
      blockMaxima[block] = Math.max(blockMaxima[block] ?? 0, impacts[posting] ?? 0);
    }
    if (term % PAUSE_EVERY === 0) yield;
  }
  return { blockOffsets, blockWindows, blockStarts, blockMaxima, places };
}
