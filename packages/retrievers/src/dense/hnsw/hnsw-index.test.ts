import { Bitmap, isSluiceError, type Matrix, type SavedIndex } from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import { clusteredVectors, recallOf, testVectorIndex } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flatIndex } from '../flat/flat-index.js';
import type { VectorShape } from '../vector-shape.js';
import { type HnswIndex, hnswIndex, loadHnswIndex } from './hnsw-index.js';
import type { HnswStorage } from './hnsw-options.js';

const float32 = (shape: VectorShape): HnswIndex => hnswIndex({ ...shape, storage: 'float32' });
testVectorIndex('hnswIndex over float32', { create: float32, load: loadHnswIndex }, { recall: 0.95 });
testVectorIndex(
  'hnswIndex over float32, without scans',
  { create: (shape) => hnswIndex({ ...shape, storage: 'float32', scanBelow: 0 }), load: loadHnswIndex },
  { recall: 0.95 },
);

// A compact number is off by at most half a code, max / 254; so an inner product with a query q is off by at most
// |q|₁ max / 254, and a squared distance by twice that with |q - x|₁. The kit's numbers are -3 to 3, in 32 columns.
for (const { similarity, tolerance } of [
  { similarity: 'cosine' as const, tolerance: Math.sqrt(32) / 254 },
  { similarity: 'dot' as const, tolerance: (32 * 3 * 3) / 254 },
  { similarity: 'euclidean' as const, tolerance: (2 * 32 * 6 * 3) / 254 },
]) {
  testVectorIndex(
    `hnswIndex, compact, ${similarity}`,
    { create: (shape) => hnswIndex({ ...shape, scanBelow: 0 }), load: loadHnswIndex },
    { recall: 0.95, tolerance, similarities: [similarity] },
  );
}

const ROWS = 3000;
const WIDTH = 24;
const shape = { dimensions: WIDTH, similarity: 'cosine' as const };
const vectors = clusteredVectors(ROWS, WIDTH, 21);
const queries = clusteredVectors(50, WIDTH, 22);
const ordinals = Uint32Array.from({ length: ROWS }, (_, row) => row);
const truth = flatIndex(shape);
truth.add(ordinals, vectors);

describe('HnswIndex', () => {
  it('is the same bytes for the same additions, in one call or in many', () => {
    const whole = filled();
    const parts = hnswIndex({ ...shape, scanBelow: 0 });
    for (let start = 0; start < ROWS; start += 271) {
      const end = Math.min(start + 271, ROWS);
      parts.add(ordinals.subarray(start, end), rowsOf(vectors, start, end));
    }
    expect(parts.save()).toEqual(whole.save());
  });

  it('walks: far fewer distances than vectors', () => {
    const index = filled();
    const before = index.evaluations;
    index.search(queries, { topK: 10 });
    const perQuery = (index.evaluations - before) / queries.rows;
    expect(perQuery).toBeGreaterThan(64);
    expect(perQuery).toBeLessThan(ROWS / 3);
  });

  it.each([0.9, 0.5, 0.2, 0.05, 0.01, 0.001])('finds .95 of those that pass a filter of share %d', (share) => {
    const index = filled();
    // By the first number: what passes is not spread evenly, so that walks meet stretches where nothing passes.
    const byFirst = [...ordinals].sort((left, right) => firstOf(left) - firstOf(right));
    const filter = Bitmap.of(ROWS, byFirst.slice(0, Math.ceil(share * ROWS)));
    const found = index.search(queries, { topK: 10, filter });
    expect(recallOf(found, truth.search(queries, { topK: 10, filter }))).toBeGreaterThanOrEqual(0.95);
  });

  it('never finds what was removed, and goes on finding the rest, before and after it is built again', () => {
    const index = filled();
    const oracle = flatIndex(shape);
    oracle.add(ordinals, vectors);
    for (let round = 0; round < 6; round++) {
      const gone = ordinals.filter((ordinal) => ordinal % 7 === round);
      expect(index.remove(gone)).toBe(oracle.remove(gone));
      expect(index.size).toBe(oracle.size);
      const found = index.search(queries, { topK: 10 });
      expect([...found.ordinals].filter((ordinal) => ordinal % 7 <= round)).toEqual([]);
      expect(recallOf(found, oracle.search(queries, { topK: 10 }))).toBeGreaterThanOrEqual(0.95);
    }
    index.add(ordinals, vectors);
    expect(recallOf(index.search(queries, { topK: 10 }), truth.search(queries, { topK: 10 }))).toBeGreaterThan(0.95);
  });

  it('answers the same after loading, with removed rows, and goes on as the one that was saved', () => {
    const index = filled();
    index.remove(ordinals.subarray(5, 50));
    index.add(ordinals.subarray(20, 30), rowsOf(vectors, 0, 10));
    const loaded = loadHnswIndex(index.save());
    expect(loaded.search(queries, { topK: 10 })).toEqual(index.search(queries, { topK: 10 }));
    for (const each of [index, loaded]) each.add(ordinals.subarray(5, 9), rowsOf(vectors, 5, 9));
    expect(loaded.save()).toEqual(index.save());
  });

  it('recall 1 is exact, and more recall is a wider walk', () => {
    const exact = filled(ROWS, 'float32');
    expect(exact.search(queries, { topK: 10, recall: 1 })).toEqual(truth.search(queries, { topK: 10 }));
    const index = filled(ROWS, 'float32');
    index.calibrate();
    const efforts = [0.5, 0.9, 0.95].map((recall) => {
      const before = index.evaluations;
      index.search(queries, { topK: 10, recall });
      return index.evaluations - before;
    });
    expect(efforts).toEqual(efforts.toSorted((left, right) => left - right));
    expect(new Set(efforts).size).toBe(3);
  });

  it('finds every one of many equal vectors', () => {
    const index = hnswIndex({ ...shape, scanBelow: 0 });
    const equal = { data: new Float32Array(400 * WIDTH).fill(1), rows: 400, columns: WIDTH };
    index.add(ordinals.subarray(0, 400), equal);
    const { ordinals: found } = index.search(rowsOf(equal, 0, 1), { topK: 50 });
    expect(found).toHaveLength(50);
  });

  it('adds nothing when the memory is full, and works on', () => {
    const index = hnswIndex({ ...shape, scanBelow: 0, memory: new KernelMemory({ maxBytes: 600_000 }) });
    index.add(ordinals.subarray(0, 500), rowsOf(vectors, 0, 500));
    const before = index.search(queries, { topK: 10 });
    expect(() => index.add(ordinals, vectors)).toThrow(expect.objectContaining({ code: 'SLUICE_MEMORY_LIMIT' }));
    expect(index.search(queries, { topK: 10 })).toEqual(before);
  });
});

describe('calibration', () => {
  const outside = clusteredVectors(350, WIDTH, 22);
  const inside = clusteredVectors(ROWS + 200, WIDTH, 21);

  it.each([
    { of: 'queries like the vectors, by the vectors', asked: rowsOf(inside, ROWS, ROWS + 200), given: undefined },
    {
      of: 'queries from elsewhere, by others from there',
      asked: rowsOf(outside, 0, 150),
      given: rowsOf(outside, 150, 350),
    },
  ])('finds the recall that is asked for, of $of', ({ asked, given }) => {
    const index = hnswIndex({ ...shape, scanBelow: 0 });
    const exact = flatIndex(shape);
    for (const each of [index, exact]) each.add(ordinals, rowsOf(inside, 0, ROWS));
    index.calibrate(given);
    for (const recall of [0.9, 0.95, 0.99]) {
      const found = index.search(asked, { topK: 10, recall });
      expect(recallOf(found, exact.search(asked, { topK: 10 })), `${recall}`).toBeGreaterThanOrEqual(recall);
    }
  });

  it('measures the owner’s queries where there are some: what they find is the recall that is stated', () => {
    const index = filled(ROWS, 'float32');
    const measured = index.calibrate(queries);
    expect(measured).toMatchObject({ size: ROWS, queries: queries.rows, source: 'given' });
    for (const { beam, recall } of measured?.points ?? []) {
      index.setBeam(beam);
      expect(recallOf(index.search(queries, { topK: 10 }), truth.search(queries, { topK: 10 }))).toBeCloseTo(recall, 2);
    }
  });

  it('is made by the first search that needs it, and again when the index has doubled', () => {
    const index = filled(1200);
    expect(index.calibration).toBeUndefined();
    index.search(queries, { topK: 10, recall: 0.95 });
    expect(index.calibration?.size).toBe(1200);
    index.add(ordinals.subarray(1200, 2400), rowsOf(vectors, 1200, 2400));
    index.search(queries, { topK: 10, recall: 0.95 });
    expect(index.calibration?.size).toBe(1200);
    index.add(ordinals.subarray(2400, 2401), rowsOf(vectors, 2400, 2401));
    index.search(queries, { topK: 10, recall: 0.95 });
    expect(index.calibration?.size).toBe(2401);
  });

  it('is saved', () => {
    const index = filled(1200);
    const measured = index.calibrate();
    expect(loadHnswIndex(index.save()).calibration).toEqual(measured);
  });
});

describe('compact storage', () => {
  const width = 384;
  const texts = clusteredVectors(1200, width, 31);
  const all = ordinals.subarray(0, texts.rows);
  const made = { dimensions: width, similarity: 'cosine' as const };
  const index = hnswIndex(made);
  index.reserve(texts.rows);
  index.add(all, texts);

  it('takes at most .40 of float32, links and ordinals included, for each vector of 384 numbers', () => {
    const more = hnswIndex(made);
    more.reserve(2 * texts.rows);
    // What does not grow with the vectors (scratch memory of the walks) falls out of the difference.
    const bytes = (more.bytes - hnswIndex(made).bytes - (index.bytes - hnswIndex(made).bytes)) / texts.rows;
    expect(bytes / (width * 4)).toBeGreaterThan(0.33);
    expect(bytes / (width * 4)).toBeLessThan(0.4);
  });

  it('has scores whose error is a quarter of a code in each number: the mean of what rounding leaves', () => {
    const few = rowsOf(texts, 0, 20);
    const offsets = Uint32Array.from({ length: 21 }, (_, at) => at * texts.rows);
    const asked = Uint32Array.from({ length: 20 * texts.rows }, (_, at) => at % texts.rows);
    const exact = flatIndex(made);
    exact.add(all, texts);
    const scores = index.score(few, offsets, asked);
    const errors = exact.score(few, offsets, asked).map((score, at) => score - (scores[at] ?? 0));
    const squared = errors.reduce((sum, error) => sum + error * error, 0) / errors.length;
    // What a step leaves is uniform within a quarter of a code on either side: variance code² / 48. Over unit queries
    // it adds up to that of one number, and a code is max / 127: about 3.5 / sqrt(384) / 127 here.
    const code = 3.5 / Math.sqrt(width) / 127;
    expect(Math.sqrt(squared)).toBeLessThan((1.3 * code) / Math.sqrt(48));
    expect(Math.sqrt(squared)).toBeGreaterThan((0.6 * code) / Math.sqrt(48));
  });

  it('keeps what nine bits can say exactly', () => {
    const simple = hnswIndex({ dimensions: 4, similarity: 'dot' });
    simple.add(Uint32Array.of(0, 1), { data: Float32Array.of(239, -64, 0, 1, 0, 0, 0, 0), rows: 2, columns: 4 });
    const query = { data: Float32Array.of(1, 10, 100, 1000), rows: 1, columns: 4 };
    expect([...simple.score(query, Uint32Array.of(0, 2), Uint32Array.of(0, 1))]).toEqual([599, 0]);
  });
});

describe.each(['compact', 'float32'] as const)('a damaged file, %s', (storage) => {
  const saved = throughBytes(filled(600, storage).save());

  it('is refused, or still answers: any byte of any block', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(saved.blocks)), fc.nat(), fc.integer({ min: 1, max: 255 }), damaged),
      { numRuns: 300 },
    );
  });

  it.each([
    { why: 'a link to a node that is not there', block: 'links', at: 1, value: 600 },
    { why: 'more links than there is room for', block: 'links', at: 0, value: 33 },
    { why: 'an ordinal twice', block: 'ordinals', at: 1, value: 0 },
    // A sketch is 8 bytes of signs and four numbers, the scale and the bias first: these are -1, 1 and NaN.
    { why: 'a scale below 0', block: 'sketches', at: 2, value: 0xbf800000 },
    { why: 'a bias under a cosine', block: 'sketches', at: 3, value: 0x3f800000 },
    { why: 'a scale that is no number', block: 'sketches', at: 2, value: 0x7fc00000 },
  ])('is refused: $why', ({ block, at, value }) => {
    const copy = throughBytes(saved);
    new Uint32Array(copy.blocks[block]?.buffer ?? new ArrayBuffer(0))[at] = value;
    const memory = new KernelMemory();
    expect(() => loadHnswIndex(copy, { memory })).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' }));
    expect(memory.usedBytes, 'bytes left behind').toBe(0);
  });

  function damaged(name: string, position: number, change: number): void {
    const copy = throughBytes(saved);
    const block = copy.blocks[name] ?? new Uint8Array(1);
    const at = position % block.length;
    block[at] = (block[at] ?? 0) ^ change;
    try {
      const found = loadHnswIndex(copy).search(queries, { topK: 5 });
      expect(found.offsets[queries.rows]).toBe(found.ordinals.length);
    } catch (error) {
      expect(isSluiceError(error), String(error)).toBe(true);
    }
  }
});

function filled(rows = ROWS, storage: HnswStorage = 'compact'): HnswIndex {
  const index = hnswIndex({ ...shape, storage, scanBelow: 0 });
  index.add(ordinals.subarray(0, rows), rowsOf(vectors, 0, rows));
  return index;
}

function firstOf(row: number): number {
  return vectors.data[row * WIDTH] ?? 0;
}

function rowsOf({ data, columns }: Matrix, start: number, end: number): Matrix {
  return { data: data.subarray(start * columns, end * columns), rows: end - start, columns };
}

/** What a file gives back: each block in memory of its own. */
function throughBytes(saved: SavedIndex): SavedIndex {
  const blocks = Object.entries(saved.blocks).map(([name, block]) => [name, block.slice()] as const);
  return { ...saved, blocks: Object.fromEntries(blocks) };
}
