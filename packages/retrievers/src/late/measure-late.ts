import { type Matrix, type MultiVectors, seededRandom, vectorsOf } from '@sluice/core';
import type { ClusteredDocuments } from './clustered-documents.js';
import type { LateMeasurement } from './late-effort.js';
import { maxSimSteps } from './max-sim-steps.js';
import type { MultiVectorStore } from './multi-vector-store.js';

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
  const queries = slots.length === 0 ? [] : sample ? given(sample) : heldOut(store, slots, seed);
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
  const best = [...slots.keys()]
    .filter((at) => slots[at] !== hidden)
    .sort((left, right) => (exact[right] ?? 0) - (exact[left] ?? 0))
    .slice(0, DEPTH);
  const table = yield* documents.tableSteps(query);
  try {
    const sums = new Float32Array(slots.length);
    yield* documents.addSteps(table, slots, sums);
    const ranks = yield* documents.rankSteps(table);
    return best.map((at) => ({
      // Equals are compared too, so the last of them decides.
      place: sums.reduce((count, sum) => count + Number(sum >= (sums[at] ?? 0)), 0),
      probes: leastRank(documents, ranks, slots[at] ?? 0),
    }));
  } finally {
    documents.free(table);
  }
}

/** The least rank among the centroids of a document. */
function leastRank({ clusters: { offsets, codes } }: ClusteredDocuments, ranks: Uint32Array, slot: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let at = offsets[slot] ?? 0; at < (offsets[slot + 1] ?? 0); at++) {
    least = Math.min(least, ranks[codes[at] ?? 0] ?? least);
  }
  return least;
}

/** Given queries that have vectors, evenly spread. */
function given(sample: MultiVectors): HeldOutQuery[] {
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
