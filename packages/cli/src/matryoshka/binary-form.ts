import { dotScale, type Matrix, paced, type QuantizedMatrix, type Ranking, rankByScore } from '@sluice/core';
import { hammingShortlists, quantizeEmbeddings, rescoreQuantized, type Shortlists } from '@sluice/embedders';
import type { EncodedCollection } from './encoded-collection.js';
import type { VectorForm } from './vector-form.js';

/** Documents that bits put on the shortlist, for each that is wanted. */
const SHORTLIST_MULTIPLE = 10;

/**
 * A bit a dimension and nothing else: a shortlist by Hamming distance, {@link SHORTLIST_MULTIPLE} times what is wanted,
 * then float queries against the bits. In plain JavaScript, so its speed says little.
 */
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
): Generator<void, Ranking[]> {
  const rankings: Ranking[] = [];
  for (const [query, ordinals] of lists.entries()) {
    const offsets = Uint32Array.of(0, ordinals.length);
    const scores = rescoreQuantized(oneRow(queryVectors, query), codes, { offsets, rows: ordinals });
    rankings.push(rankByScore({ space, ordinals, scores: new Float32Array(scores), scale: dotScale }, topK));
    yield;
  }
  return rankings;
}

function oneRow({ data, columns }: Matrix, row: number): Matrix {
  return { data: data.subarray(row * columns, (row + 1) * columns), rows: 1, columns };
}
