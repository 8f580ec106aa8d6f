import { Bitmap, type Matrix } from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import { clusteredVectors, exactIndex, neighboursOf, recallOf, testVectorIndex } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { expectDamageIsHandled } from '../fixtures/damaged-saves.js';
import { type FlatIndex, flatIndex, loadFlatIndex } from './flat-index.js';
import type { FlatParameters } from './flat-options.js';

// A float16 holds -3 to 3 exactly; under cosine a number of a unit vector is off by 2 ** -12 at most.
testVectorIndex(
  'flatIndex, float16',
  { create: (shape) => flatIndex({ ...shape, storage: 'float16' }), load: loadFlatIndex },
  { tolerance: Math.sqrt(32) * 2 ** -12 },
);

// An int8 number is off by at most half a code, max / 254: see the tests of the graph, which has the same codes.
const int8Tolerances = [
  { similarity: 'cosine' as const, tolerance: Math.sqrt(32) / 254 },
  { similarity: 'dot' as const, tolerance: (32 * 3 * 3) / 254 },
  { similarity: 'euclidean' as const, tolerance: (2 * 32 * 6 * 3) / 254 },
];
for (const { similarity, tolerance } of int8Tolerances) {
  for (const parameters of [{ storage: 'int8' }, { storage: 'binary', kept: 'int8' }] as const) {
    testVectorIndex(
      `flatIndex, ${parameters.storage}, ${similarity}`,
      { create: (shape) => flatIndex({ ...shape, ...parameters }), load: loadFlatIndex },
      { recall: 0.95, tolerance, similarities: [similarity] },
    );
  }
}

// More rows than a block, more queries than a group, and a width that is no multiple of a kernel step.
const ROWS = 900;
const WIDTH = 20;
const vectors = clusteredVectors(ROWS, WIDTH, 11);
const queries = clusteredVectors(70, WIDTH, 12);
const ordinals = Uint32Array.from({ length: ROWS }, (_, row) => (row * 3 + 5) % 2711);

const forms: FlatParameters[] = [{ storage: 'float16' }, { storage: 'int8' }, { storage: 'binary', recall: 1 }];
describe.each(forms)('what $storage keeps', (parameters) => {
  describe.each(['cosine', 'dot', 'euclidean'] as const)('%s', (similarity) => {
    const shape = { dimensions: WIDTH, similarity };
    const index = filled({ ...parameters, ...shape });
    const stored = index.entries(0, ROWS);
    const oracle = flatIndex({ ...shape, similarity: similarity === 'cosine' ? 'dot' : similarity });
    oracle.add(stored.ordinals, stored.vectors);
    const asked = similarity === 'cosine' ? unit(queries) : queries;

    it.each([undefined, 0.1, 0.8])('is searched exactly, with a filter of share %d', (share) => {
      const filter = share === undefined ? {} : { filter: bitmapOf(share) };
      for (const topK of [1, 10, 300]) {
        const expected = oracle.search(asked, { topK, ...filter });
        expect(index.search(queries, { topK, ...filter })).toEqual(expected);
      }
    });

    it('gives the same bits alone, in a batch, without SIMD, after loading, and as scores', () => {
      const batch = index.search(queries, { topK: 15 });
      const plain = filled({ ...parameters, ...shape, memory: new KernelMemory({ engine: 'scalar' }) });
      expect(plain.search(queries, { topK: 15 })).toEqual(batch);
      expect(index.score(queries, batch.offsets, batch.ordinals)).toEqual(batch.scores);
      const alone = index.search(rowsOf(queries, 66, 67), { topK: 15 });
      expect({ ordinals: alone.ordinals, scores: alone.scores }).toEqual(neighboursOf(batch, 66));
      expect(loadFlatIndex(index.save()).search(queries, { topK: 15 })).toEqual(batch);
    });

    it('is refused where it is damaged, or still answers', () => {
      const few = flatIndex({ ...shape, ...parameters });
      few.add(ordinals.subarray(0, 60), rowsOf(vectors, 0, 60));
      expectDamageIsHandled(few.save(), loadFlatIndex, rowsOf(queries, 0, 3));
    });
  });
});

describe('exact search of int8', () => {
  it('is right among vectors that differ by less than the query is rounded by', () => {
    const width = 64;
    const near = new Float32Array(600 * width);
    for (let row = 0; row < 600; row++) {
      near.fill(1, row * width, (row + 1) * width);
      // One code of 127 more or less, in another column each time: inner products that differ by very little.
      near[row * width + (row % width)] = 1 - (row % 7) / 127;
    }
    const index = flatIndex({ dimensions: width, similarity: 'dot', storage: 'int8' });
    const oracle = exactIndex({ dimensions: width, similarity: 'dot' });
    const all = Uint32Array.from({ length: 600 }, (_, row) => row);
    index.add(all, { data: near, rows: 600, columns: width });
    const stored = index.entries(0, 600);
    oracle.add(stored.ordinals, stored.vectors);
    const query = {
      data: Float32Array.from({ length: width }, (_, at) => 1 + 1e-5 * (at % 5)),
      rows: 1,
      columns: width,
    };
    const [found, truth] = [index.search(query, { topK: 12 }), oracle.search(query, { topK: 12 })];
    for (const [at, score] of found.scores.entries())
      expect(Math.abs(score - (truth.scores[at] ?? 0))).toBeLessThan(2e-5);
  });
});

describe('memory', () => {
  const width = 384;
  const wide = clusteredVectors(1000, width, 5);
  const all = Uint32Array.from({ length: 1000 }, (_, row) => row);

  it.each([
    { parameters: { storage: 'float32' as const }, bytes: 4 * width },
    { parameters: { storage: 'float16' as const }, bytes: 2 * width },
    { parameters: { storage: 'int8' as const }, bytes: width + 8 },
    { parameters: { storage: 'binary' as const }, bytes: width + 8 + width / 8 + 8 },
    { parameters: { storage: 'binary' as const, kept: 'float16' as const }, bytes: 2 * width + width / 8 + 8 },
  ])('$parameters takes $bytes bytes a vector, and its ordinal', ({ parameters, bytes }) => {
    const shape = { dimensions: width, similarity: 'cosine' as const };
    const [one, two] = [1000, 2000].map((size) => {
      const index = flatIndex({ ...shape, ...parameters });
      index.reserve(size);
      index.add(all, wide);
      return index.bytes;
    });
    expect(((two ?? 0) - (one ?? 0)) / 1000).toBeCloseTo(bytes + 4, 0);
  });
});

describe('binary', () => {
  const many = clusteredVectors(6000, 128, 41);
  const asked = rowsOf(many, 5900, 6000);
  const shape = { dimensions: 128, similarity: 'cosine' as const };
  const names = Uint32Array.from({ length: 5900 }, (_, row) => row);
  const truth = flatIndex(shape);
  truth.add(names, rowsOf(many, 0, 5900));

  it.each([0.8, 0.95, 0.99])('finds %d of the ten nearest when it is asked to', (recall) => {
    const index = flatIndex({ ...shape, storage: 'binary', kept: 'float32' });
    index.add(names, rowsOf(many, 0, 5900));
    const found = recallOf(index.search(asked, { topK: 10, recall }), truth.search(asked, { topK: 10 }));
    expect(found).toBeGreaterThanOrEqual(recall);
  });

  it('compares few by what is kept: less than a tenth of the steps of a scan miss some', () => {
    const index = flatIndex({ ...shape, storage: 'binary', kept: 'float32', recall: 0.5 });
    index.add(names, rowsOf(many, 0, 5900));
    const found = recallOf(index.search(asked, { topK: 10 }), truth.search(asked, { topK: 10 }));
    expect(found).toBeGreaterThanOrEqual(0.5);
    expect(found).toBeLessThan(1);
  });
});

it('refuses what a form cannot hold, and adds nothing', () => {
  const half = flatIndex({ dimensions: 2, similarity: 'dot', storage: 'float16' });
  const vectors = { data: Float32Array.of(1, 2, 70_000, 1), rows: 2, columns: 2 };
  expect(() => half.add(Uint32Array.of(0, 1), vectors)).toThrow(
    expect.objectContaining({ code: 'SLUICE_INVALID_INPUT', row: 1 }),
  );
  expect(half.size).toBe(0);
  const wide = { dimensions: 40_000, similarity: 'dot', storage: 'binary' } as const;
  expect(() => flatIndex(wide)).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_OPTIONS', path: 'storage' }));
});

function filled(options: Parameters<typeof flatIndex>[0]): FlatIndex {
  const index = flatIndex(options);
  index.add(ordinals, vectors);
  return index;
}

/** Unit length as the index makes it, so that its inner products are the cosines bit by bit. */
function unit({ data, rows, columns }: Matrix): Matrix {
  const scaled = data.slice();
  for (let row = 0; row < rows; row++) {
    const own = data.subarray(row * columns, (row + 1) * columns);
    const length = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
    for (let column = 0; column < columns; column++) scaled[row * columns + column] = (own[column] ?? 0) / length;
  }
  return { data: scaled, rows, columns };
}

/** Roughly that share of the ordinals, spread evenly. */
function bitmapOf(share: number): Bitmap {
  return Bitmap.of(
    2711,
    ordinals.filter((ordinal) => (ordinal * 37) % 100 < share * 100),
  );
}

function rowsOf({ data, columns }: Matrix, start: number, end: number): Matrix {
  return { data: data.subarray(start * columns, end * columns), rows: end - start, columns };
}
