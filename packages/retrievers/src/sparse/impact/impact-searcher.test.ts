import { Bitmap, idSpace, rankByScore, type SparseVector, seededRandom } from '@sluice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stacked } from './fixtures/word-weights.js';
import type { ImpactIndex, ImpactPrecision, WindowDocuments } from './impact-index.js';
import { ImpactIndexBuilder } from './impact-index-builder.js';
import { ImpactSearcher } from './impact-searcher.js';

const columns = 12;

interface Collection {
  readonly vectors: readonly SparseVector[];
  readonly query: SparseVector;
  readonly precision: ImpactPrecision;
  readonly windowDocuments: WindowDocuments;
}

/** Few terms and few distinct weights, so that ties are common, over up to ten windows. */
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
  const vectors = Array.from({ length: Math.floor(random() * 300) }, () => vectorOf(density));
  return { vectors, query: vectorOf(0.5), precision, windowDocuments };
}

function indexOf({ vectors, precision, windowDocuments }: Omit<Collection, 'query'>): ImpactIndex {
  const builder = new ImpactIndexBuilder({ fingerprint: 'f', vocabularySize: columns, precision, windowDocuments });
  builder.add(
    Uint32Array.from(vectors, (_, at) => at),
    stacked(vectors, columns),
  );
  return builder.build();
}

/** The dense inner product with the vectors that the index keeps, in the query's order of terms. */
function denseScores(index: ImpactIndex, { indices, values }: SparseVector): Float32Array {
  const kept = Array.from({ length: index.size }, () => new Float64Array(columns));
  for (let term = 0; term < columns; term++) {
    for (let block = index.blockOffsets[term] ?? 0; block < (index.blockOffsets[term + 1] ?? 0); block++) {
      for (let at = index.blockStarts[block] ?? 0; at < (index.blockStarts[block + 1] ?? 0); at++) {
        const ordinal = (index.blockWindows[block] ?? 0) * index.windowDocuments + (index.places[at] ?? 0);
        (kept[ordinal] ?? expect.fail('no such document'))[term] = index.impacts[at] ?? 0;
      }
    }
  }
  return Float32Array.from(kept, (vector) =>
    indices.reduce((sum, term, at) => sum + (values[at] ?? 0) * index.scale * (vector[term] ?? 0), 0),
  );
}

describe('pruned, exhaustive and dense search agree', () => {
  it('in ranking and in every bit of the scores', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(1, 3, 10, 1000), fc.boolean(), (seed, topK, isFiltered) => {
        const collection = randomCollection(seed);
        const index = indexOf(collection);
        const space = idSpace(collection.vectors.map((_, at) => `${(at * 7919) % 1009}`));
        const filter = isFiltered ? randomBitmap(index.size, seed) : undefined;
        const all = denseScores(index, collection.query);
        const found = Uint32Array.from(all.keys()).filter((at) => (all[at] ?? 0) > 0 && (!filter || filter.has(at)));
        const expected = rankByScore(
          {
            space,
            scale: { name: 'impact', minimum: 0, maximum: 9 },
            ordinals: found,
            scores: all.filter((_, at) => found.includes(at)),
          },
          topK,
        );
        const searcher = new ImpactSearcher(index, space);
        for (const evaluation of ['pruned', 'exhaustive'] as const) {
          const { ordinals, scores } = searcher.search(collection.query, { topK, filter, evaluation });
          expect([...ordinals]).toEqual([...expected.ordinals]);
          expect([...scores]).toEqual([...expected.scores]);
        }
        const backwards = Uint32Array.from(all.keys()).reverse();
        expect(searcher.score(collection.query, backwards)).toEqual(all.toReversed());
      }),
      { numRuns: 2000 },
    );
  });

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

function randomBitmap(size: number, seed: number): Bitmap {
  const random = seededRandom(seed ^ 77);
  const bitmap = new Bitmap(size);
  for (let at = 0; at < size; at++) if (random() < 0.1) bitmap.add(at);
  return bitmap;
}
