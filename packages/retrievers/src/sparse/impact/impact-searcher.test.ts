import { Bitmap, type DocumentSpace, idSpace, type SparseVector, seededRandom } from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScoredOrdinals } from '../top-documents.js';
import { stacked } from './fixtures/word-weights.js';
import type { ImpactIndex, ImpactPrecision, WindowDocuments } from './impact-index.js';
import { ImpactIndexBuilder } from './impact-index-builder.js';
import { ImpactSearcher } from './impact-searcher.js';

const columns = 12;
const memory = new KernelMemory();

interface Collection {
  readonly vectors: readonly SparseVector[];
  /** Draws the next query. */
  readonly queryOf: () => SparseVector;
  readonly precision: ImpactPrecision;
  readonly windowDocuments: WindowDocuments;
}

/** Few terms and few distinct weights, so that ties are common, over up to five windows. */
function randomCollection(seed: number): Collection {
  const random = seededRandom(seed);
  const pick = <Item>(items: readonly [Item, ...Item[]]): Item =>
    items[Math.floor(random() * items.length)] ?? items[0];
  const precision = pick<ImpactPrecision>(['uint8', 'uint16', 'float32']);
  const windowDocuments = pick<WindowDocuments>([32, 64]);
  const weightOf = pick<() => number>([
    () => 1 + Math.floor(random() * 3),
    () => random() + 0.01,
    () => 0.1,
    () => random() ** 8 + 1e-6,
  ]);
  const density = pick([0.03, 0.2, 0.6]);
  const vectorOf = (share: number): SparseVector => {
    const indices = Array.from({ length: columns }, (_, term) => term).filter(() => random() < share);
    return { indices: Uint32Array.from(indices), values: Float32Array.from(indices, weightOf) };
  };
  const vectors = Array.from({ length: Math.floor(random() * 160) }, () => vectorOf(density));
  return { vectors, queryOf: () => vectorOf(0.5), precision, windowDocuments };
}

function indexOf({ vectors, precision, windowDocuments }: Omit<Collection, 'queryOf'>): ImpactIndex {
  const builder = new ImpactIndexBuilder({ fingerprint: 'f', vocabularySize: columns, precision, windowDocuments });
  builder.add(
    Uint32Array.from(vectors, (_, at) => at),
    stacked(vectors, columns),
  );
  return builder.build();
}

/** By ordinal: the impacts of every term, 0 where there are none. */
function denseRows(index: ImpactIndex): Float64Array[] {
  const rows = Array.from({ length: index.size }, () => new Float64Array(columns));
  for (let term = 0; term < columns; term++) {
    for (let block = index.blockOffsets[term] ?? 0; block < (index.blockOffsets[term + 1] ?? 0); block++) {
      for (let at = index.blockStarts[block] ?? 0; at < (index.blockStarts[block + 1] ?? 0); at++) {
        const ordinal = (index.blockWindows[block] ?? 0) * index.windowDocuments + (index.places[at] ?? 0);
        (rows[ordinal] ?? expect.fail('no such document'))[term] = index.impacts[at] ?? 0;
      }
    }
  }
  return rows;
}

/** The dense inner product with the vectors that the index keeps, in the query's order of terms. */
function denseScores(rows: readonly Float64Array[], scale: number, { indices, values }: SparseVector): Float32Array {
  return Float32Array.from(rows, (row) =>
    indices.reduce((sum, term, at) => sum + (values[at] ?? 0) * scale * (row[term] ?? 0), 0),
  );
}

describe('pruned, exhaustive and dense search agree', () => {
  it('in ranking and in every bit of the scores, 100,000 searches', () => {
    let [searches, skipping, compiled] = [0, 0, 0];
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { queryOf, ...collection } = randomCollection(seed);
        const index = indexOf(collection);
        const rows = denseRows(index);
        const space = idSpace(collection.vectors.map((_, at) => `${(at * 7919) % 1009}`));
        const searcher = new ImpactSearcher(index, space, seed % 4 === 0 ? undefined : memory);
        const some = randomBitmap(index.size, seed);
        for (let at = 0; at < 100; at++) {
          const query = queryOf();
          const topK = [1, 3, 10, 1000][at % 4] ?? 1;
          const filter = at % 3 === 0 ? some : undefined;
          const scores = denseScores(rows, index.scale, query);
          const expected = bestOf(space, scores, filter, topK);
          for (const evaluation of ['pruned', 'exhaustive'] as const) {
            const found = searcher.search(query, { topK, filter, evaluation });
            // Not `expect`: it takes longer than the search.
            if (!isSame(found, expected)) expect(found, `${evaluation} search ${at}`).toEqual(expected);
            if (evaluation === 'pruned' && searcher.windowsScored < index.windows) skipping++;
          }
          searches++;
        }
        if (searcher.isCompiled) compiled++;
        const query = queryOf();
        const backwards = Uint32Array.from(rows.keys()).reverse();
        expect(searcher.score(query, backwards)).toEqual(denseScores(rows, index.scale, query).toReversed());
      }),
      { numRuns: 1000 },
    );
    expect(searches).toBe(100_000);
    expect(skipping).toBeGreaterThan(10_000);
    if (memory.kernels) expect(compiled).toBeGreaterThan(500);
  }, 180_000);

  it('for one searcher and many queries', () => {
    const random = seededRandom(5);
    const collection = randomCollection(11);
    const index = indexOf(collection);
    const space = idSpace(collection.vectors.map((_, at) => `${at}`));
    const [used, plain] = [new ImpactSearcher(index, space), () => new ImpactSearcher(index, space)];
    for (let query = 0; query < 200; query++) {
      const indices = Uint32Array.from(Array.from({ length: columns }, (_, term) => term).filter(() => random() < 0.4));
      const vector = { indices, values: Float32Array.from(indices, () => random() + 0.01) };
      const search = { topK: 1 + (query % 5) };
      expect(used.search(vector, search)).toEqual(plain().search(vector, { ...search, evaluation: 'exhaustive' }));
    }
  });
});

it('skips windows whose bound is too low', () => {
  const vectors = Array.from({ length: 320 }, (_, at) => ({
    indices: Uint32Array.of(1),
    values: Float32Array.of(at < 32 ? 200 : 1),
  }));
  const index = indexOf({ vectors, precision: 'uint8', windowDocuments: 32 });
  const searcher = new ImpactSearcher(index, idSpace(vectors.map((_, at) => `${at}`)));
  const query = { indices: Uint32Array.of(1), values: Float32Array.of(1) };
  const pruned = searcher.search(query, { topK: 10 });
  expect(searcher.windowsScored).toBe(1);
  expect(searcher.search(query, { topK: 10, evaluation: 'exhaustive' })).toEqual(pruned);
  expect(searcher.windowsScored).toBe(10);
  searcher.search(query, { topK: 40, filter: Bitmap.of(320, [3, 40]) });
  expect(searcher.windowsScored).toBe(2);
});

it('does not stop at a bound that a later window of nearly the same bound exceeds', () => {
  const weights: Record<number, [term: number, weight: number]> = {
    0: [1, 10_000],
    1: [2, 10_000],
    32: [1, 9999],
    64: [1, 10_001],
  };
  const vectors = Array.from({ length: 96 }, (_, at) => {
    const [term, weight] = weights[at] ?? [3, 1];
    return { indices: Uint32Array.of(term), values: Float32Array.of(weight) };
  });
  const index = indexOf({ vectors, precision: 'uint16', windowDocuments: 32 });
  const searcher = new ImpactSearcher(index, idSpace(vectors.map((_, at) => `${at}`)));
  const query = { indices: Uint32Array.of(1, 2), values: Float32Array.of(1, 1) };
  expect(searcher.search(query, { topK: 1 })).toEqual({
    ordinals: Uint32Array.of(64),
    scores: Float32Array.of(10_001),
  });
  expect(searcher.windowsScored).toBe(2);
});

/** The best by score, then by id, of those with a score. */
function bestOf(space: DocumentSpace, scores: Float32Array, filter: Bitmap | undefined, topK: number): ScoredOrdinals {
  const found = Uint32Array.from(scores.keys()).filter((at) => (scores[at] ?? 0) > 0 && (!filter || filter.has(at)));
  const order = found.sort((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0) || space.compare(left, right));
  const ordinals = order.slice(0, topK);
  return { ordinals, scores: Float32Array.from(ordinals, (ordinal) => scores[ordinal] ?? 0) };
}

function isSame(left: ScoredOrdinals, right: ScoredOrdinals): boolean {
  const isEqual = left.ordinals.every((ordinal, at) => ordinal === right.ordinals[at]);
  return (
    isEqual &&
    left.ordinals.length === right.ordinals.length &&
    left.scores.every((score, at) => score === right.scores[at])
  );
}

function randomBitmap(size: number, seed: number): Bitmap {
  const random = seededRandom(seed ^ 77);
  const bitmap = new Bitmap(size);
  for (let at = 0; at < size; at++) if (random() < 0.1) bitmap.add(at);
  return bitmap;
}
