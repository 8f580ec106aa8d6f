import { type Matrix, type MultiVectors, seededRandom, vectorsOf } from '@sluice/core';
import type { ClusteredDocuments } from './clustered-documents.js';
import type { LateMeasurement } from './late-effort.js';
import { maxSimSteps } from './max-sim-steps.js';
import type { MultiVectorStore } from './multi-vector-store.js';
import { expectQuery } from './query-tokens.js';

const QUERIES = 64;
const DEPTH = 10;
/** Vectors of a query that is made up. */
const VECTORS = 12;
/** How far each is moved towards a vector drawn at random: queries are not quite where documents are. */
const MOVED = 0.4;

/** A query, and the slot of the document that it came from, which it must not meet. */
interface HeldOutQuery {
  readonly query: Matrix;
  readonly hidden: number;
}

/**
 * What it takes to reach the ten best of sample queries, against exact search. In steps of about a millisecond.
 *
 * @param sample queries; made of the documents where left out
 */
export function* measureSteps(
  store: MultiVectorStore,
  documents: ClusteredDocuments,
  { sample, seed }: { readonly sample: MultiVectors | undefined; readonly seed: number },
): Generator<undefined, LateMeasurement> {
  const slots = Uint32Array.from(store.ordinals, (_, slot) => slot).filter(
    (slot) => store.offsets[slot] !== store.offsets[slot + 1],
  );
  const asked = sample ? given(sample, store) : undefined;
  const queries = slots.length === 0 ? [] : (asked ?? heldOut(store, slots, seed));
  const needed: { probes: number; place: number }[] = [];
  for (const { query, hidden } of queries) {
    needed.push(...(yield* neededFor(store, documents, query, slots, hidden)));
  }
  return {
    probes: Float32Array.from(needed, ({ probes }) => probes),
    places: Float32Array.from(needed, ({ place }) => place),
    queries: queries.length,
  };
}

function* neededFor(
  store: MultiVectorStore,
  documents: ClusteredDocuments,
  query: Matrix,
  slots: Uint32Array,
  hidden: number,
): Generator<undefined, { probes: number; place: number }[]> {
  const exact = yield* maxSimSteps(store, query, slots);
  const best = bestPlaces(exact, slots.indexOf(hidden));
  yield;
  const table = yield* documents.tableSteps(query);
  try {
    const sums = new Float32Array(slots.length);
    yield* documents.addSteps(table, slots, sums);
    const ranks = yield* documents.rankSteps(table);
    yield;
    return best.map((at) => ({
      place: placeOf(sums, sums[at] ?? 0),
      probes: leastRank(documents, ranks, slots[at] ?? 0),
    }));
  } finally {
    documents.free(table);
  }
}

/** Where the largest scores stand, but for one place; of equal ones the first. One look at each: there may be millions. */
function bestPlaces(scores: Float32Array, hidden: number): number[] {
  const best: number[] = [];
  let bar = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < scores.length; at++) {
    const score = scores[at] ?? 0;
    if (at === hidden || (best.length === DEPTH && score <= bar)) continue;
    const below = best.findIndex((other) => (scores[other] ?? 0) < score);
    best.splice(below < 0 ? best.length : below, 0, at);
    best.length = Math.min(best.length, DEPTH);
    bar = scores[best.at(-1) ?? 0] ?? bar;
  }
  return best;
}

/** How many are as good. Equals are compared too, so the last of them decides. */
function placeOf(sums: Float32Array, score: number): number {
  let count = 0;
  for (let at = 0; at < sums.length; at++) if ((sums[at] ?? 0) >= score) count++;
  return count;
}

/** The least rank among the centroids of a document. */
function leastRank({ clusters: { offsets, codes } }: ClusteredDocuments, ranks: Uint32Array, slot: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let at = offsets[slot] ?? 0; at < (offsets[slot + 1] ?? 0); at++) {
    least = Math.min(least, ranks[codes[at] ?? 0] ?? least);
  }
  return least;
}

/**
 * Given queries that have vectors, evenly spread.
 *
 * @throws {InvalidInputError} they have another width, or a number that is not finite
 */
function given(sample: MultiVectors, store: MultiVectorStore): HeldOutQuery[] {
  // Measured with other vectors than the store's, every recall would be wrong, and nothing would show it.
  expectQuery(sample.vectors, store);
  const all = Array.from({ length: sample.texts }, (_, text) => vectorsOf(sample, text)).filter(({ rows }) => rows > 0);
  const count = Math.min(QUERIES, all.length);
  return Array.from({ length: count }, (_, at) => all[Math.floor((at * all.length) / count)])
    .filter((query) => query !== undefined)
    .map((query) => ({ query, hidden: -1 }));
}

/** Some of a document's vectors, moved; drawn with a seed, so that the same index is measured the same way. */
function heldOut(store: MultiVectorStore, slots: Uint32Array, seed: number): HeldOutQuery[] {
  const random = seededRandom(seed);
  const draw = (below: number): number => Math.floor(random() * below);
  const { dimensions: columns } = store;
  return Array.from({ length: QUERIES }, () => {
    const hidden = slots[draw(slots.length)] ?? 0;
    const [start = 0, end = 0] = [store.offsets[hidden], store.offsets[hidden + 1]];
    const rows = Math.min(VECTORS, end - start);
    const data = new Float32Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      const own = start + draw(end - start);
      const other = draw(store.vectors);
      const [from, towards] = [store.decoded(own, own + 1).data, store.decoded(other, other + 1).data];
      for (let column = 0; column < columns; column++) {
        data[row * columns + column] = (1 - MOVED) * (from[column] ?? 0) + MOVED * (towards[column] ?? 0);
      }
    }
    const query: Matrix = { data, rows, columns };
    return { query, hidden };
  });
}
