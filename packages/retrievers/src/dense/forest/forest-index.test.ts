import { Bitmap, isSluiceError, type Matrix, type SavedIndex, type Similarity } from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import { clusteredVectors, recallOf, testVectorIndex } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FlatIndex, flatIndex } from '../flat/flat-index.js';
import { type ForestIndex, forestIndex, loadForestIndex } from './forest-index.js';

testVectorIndex('forestIndex', { create: forestIndex, load: loadForestIndex }, { recall: 0.95 });
testVectorIndex(
  'forestIndex without scans of the small',
  { create: (shape) => forestIndex({ ...shape, scanBelow: 0, leafSize: 3 }), load: loadForestIndex },
  { recall: 0.95 },
);

const ROWS = 4000;
const WIDTH = 16;
// Queries come from the same clusters: where nothing is near, trees tell nothing.
const points = clusteredVectors(ROWS + 60, WIDTH, 31);
const vectors = rowsOf(points, 0, ROWS);
const queries = rowsOf(points, ROWS, ROWS + 60);
const ordinals = Uint32Array.from({ length: ROWS }, (_, row) => row);

describe.each(['cosine', 'dot', 'euclidean'] as const)('ForestIndex, %s', (similarity) => {
  const truth = exact(similarity);

  it.each([0.8, 0.95])('finds %d of the nearest in part of the vectors when it is asked to', (recall) => {
    const index = filled(similarity);
    const found = index.search(queries, { topK: 10, recall });
    expect(recallOf(found, truth.search(queries, { topK: 10 }))).toBeGreaterThanOrEqual(recall);
    expect(index.evaluations / queries.rows).toBeLessThan(ROWS / 5);
  });

  it('compares more for more recall, and recall 1 is exact', () => {
    const index = filled(similarity);
    const efforts = [0.3, 0.9, 0.99].map((recall) => {
      const before = index.evaluations;
      index.search(queries, { topK: 10, recall });
      return index.evaluations - before;
    });
    expect(efforts).toEqual(efforts.toSorted((left, right) => left - right));
    expect(new Set(efforts).size).toBe(3);
    expect(index.search(queries, { topK: 10, recall: 1 })).toEqual(truth.search(queries, { topK: 10 }));
  });

  it.each([0.9, 0.3, 0.05, 0.01])('finds .95 of those that pass a filter of share %d', (share) => {
    // By the first number: what passes is not spread evenly over the buckets.
    const byFirst = [...ordinals].sort((left, right) => firstOf(left) - firstOf(right));
    const filter = Bitmap.of(ROWS, byFirst.slice(0, Math.ceil(share * ROWS)));
    const found = filled(similarity).search(queries, { topK: 10, filter });
    expect(recallOf(found, truth.search(queries, { topK: 10, filter }))).toBeGreaterThanOrEqual(0.95);
  });

  it('is the same bytes for the same calls', () => {
    expect(filled(similarity).save()).toEqual(filled(similarity).save());
  });

  it('goes on finding however the additions are divided, and through removals and loading', () => {
    const whole = filled(similarity);
    const parts = forestIndex({ dimensions: WIDTH, similarity, scanBelow: 0 });
    parts.add(ordinals.subarray(0, 1000), rowsOf(vectors, 0, 1000));
    parts.add(ordinals.subarray(1000), rowsOf(vectors, 1000, ROWS));
    for (const each of [whole, parts]) each.remove(ordinals.filter((ordinal) => ordinal % 3 === 0));
    const oracle = exact(similarity);
    oracle.remove(ordinals.filter((ordinal) => ordinal % 3 === 0));
    const loaded = loadForestIndex(parts.save());
    for (const each of [whole, parts, loaded]) {
      const found = each.search(queries, { topK: 10 });
      expect([...found.ordinals].filter((ordinal) => ordinal % 3 === 0)).toEqual([]);
      expect(recallOf(found, oracle.search(queries, { topK: 10 }))).toBeGreaterThanOrEqual(0.95);
    }
    for (const each of [parts, loaded]) each.add(ordinals.subarray(0, 90), rowsOf(vectors, 0, 90));
    expect(loaded.save()).toEqual(parts.save());
  });
});

describe('ForestIndex', () => {
  it('goes on finding after a much longer vector came', () => {
    const index = filled('dot');
    const truth = exact('dot');
    const long = { data: rowsOf(vectors, 0, 1).data.map((value) => 20 * value), rows: 1, columns: WIDTH };
    for (const each of [index, truth]) each.add(Uint32Array.of(ROWS), long);
    const found = index.search(queries, { topK: 10 });
    expect(recallOf(found, truth.search(queries, { topK: 10 }))).toBeGreaterThanOrEqual(0.95);
  });

  it('finds every one of many equal vectors', () => {
    const index = forestIndex({ dimensions: WIDTH, similarity: 'cosine', scanBelow: 0 });
    const equal = { data: new Float32Array(900 * WIDTH).fill(1), rows: 900, columns: WIDTH };
    index.add(ordinals.subarray(0, 900), equal);
    expect(index.search(rowsOf(equal, 0, 1), { topK: 50 }).ordinals).toEqual(ordinals.slice(0, 50));
    expect(index.remove(ordinals.subarray(0, 899))).toBe(899);
    expect([...index.search(rowsOf(equal, 0, 1), { topK: 50 }).ordinals]).toEqual([899]);
  });

  it('answers a query of zeros under inner product, in the order of ordinals', () => {
    const zero = { data: new Float32Array(WIDTH), rows: 1, columns: WIDTH };
    expect([...filled('dot').search(zero, { topK: 3 }).ordinals]).toEqual([0, 1, 2]);
  });

  it('adds nothing when the memory is full, and works on', () => {
    const memory = new KernelMemory({ maxBytes: 400_000 });
    const index = forestIndex({ dimensions: WIDTH, similarity: 'dot', scanBelow: 0, memory });
    index.add(ordinals.subarray(0, 900), rowsOf(vectors, 0, 900));
    const before = index.search(queries, { topK: 10 });
    const { usedBytes } = memory;
    const more = clusteredVectors(9000, WIDTH, 3);
    const addMore = () =>
      index.add(
        Uint32Array.from({ length: 9000 }, (_, at) => at),
        more,
      );
    expect(addMore).toThrow(expect.objectContaining({ code: 'SLUICE_MEMORY_LIMIT' }));
    expect(memory.usedBytes).toBe(usedBytes);
    expect(index.search(queries, { topK: 10 })).toEqual(before);
  });
});

describe('a damaged file', () => {
  const saved = throughBytes(filled('euclidean', 300).save());
  const few = rowsOf(queries, 0, 3);

  it('is refused, or still answers: any byte of any block', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(saved.blocks)), fc.nat(), fc.integer({ min: 1, max: 255 }), damaged),
      { numRuns: 100 },
    );
  });

  it.each([
    { why: 'nodes that lead to themselves', block: 'nodes', value: 0 },
    { why: 'leaves that all hold one row', block: 'leaves', value: 0 },
    { why: 'planes that are not finite', block: 'planes', value: 0xff },
  ])('is refused: $why', ({ block, value }) => {
    const copy = throughBytes(saved);
    copy.blocks[block]?.fill(value);
    const memory = new KernelMemory();
    expect(() => loadForestIndex(copy, { memory })).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' }));
    expect(memory.usedBytes, 'bytes left behind').toBe(0);
  });

  function damaged(name: string, position: number, change: number): void {
    const copy = throughBytes(saved);
    const block = copy.blocks[name] ?? new Uint8Array(1);
    const at = position % block.length;
    block[at] = (block[at] ?? 0) ^ change;
    try {
      const found = loadForestIndex(copy).search(few, { topK: 5 });
      expect(found.offsets[few.rows]).toBe(found.ordinals.length);
    } catch (error) {
      expect(isSluiceError(error), String(error)).toBe(true);
    }
  }
});

function filled(similarity: Similarity, rows = ROWS): ForestIndex {
  const index = forestIndex({ dimensions: WIDTH, similarity, scanBelow: 0 });
  index.add(ordinals.subarray(0, rows), rowsOf(vectors, 0, rows));
  return index;
}

function exact(similarity: Similarity): FlatIndex {
  const index = flatIndex({ dimensions: WIDTH, similarity });
  index.add(ordinals, vectors);
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
