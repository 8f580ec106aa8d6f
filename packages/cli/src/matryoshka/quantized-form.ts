import { dotScale, type Matrix, paced, type QuantizedMatrix, type Ranking, rankByScore } from '@sluice/core';
import {
  calibrateRanges,
  hammingShortlists,
  type QuantizationRanges,
  quantizeEmbeddings,
  rescoreQuantized,
  type Shortlists,
} from '@sluice/embedders';
import type { EncodedCollection } from './encoded-collection.js';
import type { VectorForm } from './vector-form.js';

/** Documents that bits put on the shortlist, for each that is wanted. */
export const SHORTLIST_MULTIPLE = 10;

/** A byte a dimension, ranges calibrated on the documents; float queries against all of them. */
export async function int8Form(collection: EncodedCollection, signal: AbortSignal): Promise<VectorForm> {
  const { documents, queryVectors } = collection;
  const ranges = calibrateRanges(documents);
  const codes = await quantizeEmbeddings(documents, { precision: 'int8', ranges, signal });
  const all = Uint32Array.from({ length: documents.rows }, (_, row) => row);
  return {
    name: 'int8',
    dimensions: documents.columns,
    bytes: codes.columns,
    search(topK, callSignal) {
      const lists = Array.from({ length: queryVectors.rows }, () => all);
      return paced(rescored(collection, codes, lists, topK, ranges), callSignal);
    },
  };
}

/** A bit a dimension: a shortlist by Hamming distance, {@link SHORTLIST_MULTIPLE} times what is wanted, float queries against it. */
export async function binaryForm(collection: EncodedCollection, signal: AbortSignal): Promise<VectorForm> {
  const { documents, queryVectors } = collection;
  const [codes, queryCodes] = await Promise.all(
    [documents, queryVectors].map((vectors) => quantizeEmbeddings(vectors, { precision: 'ubinary', signal })),
  );
  if (!codes || !queryCodes) throw new TypeError('two matrices give two');
  return {
    name: 'binary',
    dimensions: documents.columns,
    bytes: codes.columns,
    async search(topK, callSignal) {
      const shortlists = await paced(hammingShortlists(queryCodes, codes, SHORTLIST_MULTIPLE * topK), callSignal);
      return paced(rescored(collection, codes, listsOf(shortlists), topK), callSignal);
    },
  };
}

function listsOf({ offsets, rows }: Shortlists): Uint32Array[] {
  return Array.from({ length: offsets.length - 1 }, (_, query) => rows.subarray(offsets[query], offsets[query + 1]));
}

/** One query a step. */
function* rescored(
  { space, queryVectors }: EncodedCollection,
  codes: QuantizedMatrix,
  lists: readonly Uint32Array[],
  topK: number,
  ranges?: QuantizationRanges,
): Generator<void, Ranking[]> {
  const rankings: Ranking[] = [];
  for (const [query, ordinals] of lists.entries()) {
    const offsets = Uint32Array.of(0, ordinals.length);
    const scores = rescoreQuantized(oneRow(queryVectors, query), codes, { offsets, rows: ordinals }, ranges);
    rankings.push(rankByScore({ space, ordinals, scores: new Float32Array(scores), scale: dotScale }, topK));
    yield;
  }
  return rankings;
}

function oneRow({ data, columns }: Matrix, row: number): Matrix {
  return { data: data.subarray(row * columns, (row + 1) * columns), rows: 1, columns };
}
