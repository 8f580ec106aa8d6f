import { Bitmap, type Matrix, matrix } from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import { clusteredVectors, exactIndex, recallOf, testVectorIndex } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { expectDamageIsHandled } from '../fixtures/damaged-saves.js';
import { flatIndex } from '../flat/flat-index.js';
import { type IvfIndex, ivfIndex, loadIvfIndex } from './ivf-index.js';

// Lists are trained on the first few vectors, so that the small cases of the kit meet them.
testVectorIndex(
  'ivfIndex',
  { create: (shape) => ivfIndex({ ...shape, trainAbove: 5, lists: 4, nprobe: 2 }), load: loadIvfIndex },
  { recall: 0.9 },
);
testVectorIndex('ivfIndex that probes every list', {
  create: (shape) => ivfIndex({ ...shape, trainAbove: 5, lists: 6, nprobe: 6, seeding: 'plus-plus' }),
  load: loadIvfIndex,
});
testVectorIndex(
  'ivfIndex without SIMD',
  {
    create: (shape) => ivfIndex({ ...shape, trainAbove: 5, lists: 4, memory: new KernelMemory({ engine: 'scalar' }) }),
    load: (saved) => loadIvfIndex(saved, { memory: new KernelMemory({ engine: 'scalar' }) }),
  },
  { recall: 0.9, runs: 20 },
);

const WIDTH = 20;
const ROWS = 1500;
const vectors = clusteredVectors(ROWS, WIDTH, 11);
const queries = clusteredVectors(40, WIDTH, 12);
const ordinals = Uint32Array.from({ length: ROWS }, (_, row) => (row * 3 + 5) % 4507);

describe.each(['cosine', 'dot', 'euclidean'] as const)('lists, %s', (similarity) => {
  const shape = { dimensions: WIDTH, similarity };
  const flat = flatIndex(shape);
  flat.add(ordinals, vectors);

  it('equals flat bit for bit when every list is probed, with and without a filter', () => {
    const index = filled(ivfIndex({ ...shape, lists: 30, nprobe: 30 }));
    expect(index.lists).toBe(30);
    for (const options of [{ topK: 10 }, { topK: 10, filter: share(0.6) }, { topK: 2000 }]) {
      expect(index.search(queries, options)).toEqual(flat.search(queries, options));
    }
  });

  it('finds no less the more lists are probed, and misses some with few', () => {
    const truth = flat.search(queries, { topK: 10 });
    const recalls = [1, 2, 4, 8, 16, 30].map((nprobe) =>
      recallOf(filled(ivfIndex({ ...shape, lists: 30, nprobe })).search(queries, { topK: 10 }), truth),
    );
    expect(recalls).toEqual(recalls.toSorted((a, b) => a - b));
    expect(recalls[0]).toBeLessThan(0.9);
    expect(recalls.at(-1)).toBe(1);
  });

  it.each([0.8, 0.9, 0.95, 0.99])('finds %d of the ten nearest when asked to, also under filters', (recall) => {
    const index = filled(ivfIndex({ ...shape, lists: 30 }));
    for (const filter of [undefined, share(0.7), share(0.3), share(0.05)]) {
      const options = { topK: 10, ...(filter && { filter }) };
      const found = recallOf(index.search(queries, { ...options, recall }), flat.search(queries, options));
      expect(found).toBeGreaterThanOrEqual(recall);
    }
  });
});

describe('IvfIndex', () => {
  const shape = { dimensions: WIDTH, similarity: 'cosine' as const };

  it('trains by itself once, and again when it has four times as many', () => {
    const index = ivfIndex({ ...shape, trainAbove: 99 });
    const counts = [99, 100, 399, 400].map((size) => {
      index.add(ordinals.subarray(0, size), rowsOf(vectors, 0, size));
      return index.lists;
    });
    expect(counts).toEqual([0, 40, 40, 80]);
  });

  it('reads more lists than it was told to where these hold too few', () => {
    const index = filled(ivfIndex({ ...shape, lists: 50, nprobe: 1 }));
    const found = index.search(queries, { topK: 200 });
    expect(found.ordinals).toHaveLength(queries.rows * 200);
    const filtered = index.search(queries, { topK: 200, filter: share(0.5) });
    expect(filtered.ordinals).toHaveLength(queries.rows * 200);
  });

  it('keeps lists that were trained on a sample, and sorts what comes into them', () => {
    const index = ivfIndex({ ...shape, lists: 12, nprobe: 12, trainAbove: 10 });
    index.train(rowsOf(vectors, 0, 50));
    expect(index.lists).toBe(12);
    filled(index);
    expect(index.lists).toBe(12);
    const flat = flatIndex(shape);
    flat.add(ordinals, vectors);
    expect(index.search(queries, { topK: 10 })).toEqual(flat.search(queries, { topK: 10 }));
  });

  it('refuses a sample with a bad row, by its number, and nothing to train on', () => {
    const index = ivfIndex(shape);
    const bad = matrix(vectors.data.slice(0, 5 * WIDTH), WIDTH);
    bad.data[3 * WIDTH] = Number.NaN;
    expect(() => index.train(bad)).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT', row: 3 }));
    expect(() => index.train()).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' }));
    expect(index.lists).toBe(0);
  });

  it('gives the same bytes for the same additions, others for another seed', () => {
    const saved = (seed: number) => filled(ivfIndex({ ...shape, seed })).save();
    expect(saved(1)).toEqual(saved(1));
    expect(saved(2).blocks).not.toEqual(saved(1).blocks);
  });

  it('agrees with brute force after any removals and updates, every list probed', () => {
    const index = filled(ivfIndex({ ...shape, lists: 25, nprobe: 25 }));
    const oracle = exactIndex(shape);
    oracle.add(ordinals, vectors);
    const changed = ordinals.subarray(100, 300);
    for (const each of [index, oracle]) {
      each.remove(ordinals.filter((_, at) => at % 3 === 0));
      each.add(changed, clusteredVectors(200, WIDTH, 77));
      each.remove(ordinals.subarray(0, 150));
    }
    const [found, truth] = [index.search(queries, { topK: 20 }), oracle.search(queries, { topK: 20 })];
    expect([...found.ordinals]).toEqual([...truth.ordinals]);
  });

  it('handles whatever is done to what it saved', () => {
    const index = ivfIndex({ ...shape, lists: 5, trainAbove: 10 });
    index.add(ordinals.subarray(0, 60), rowsOf(vectors, 0, 60));
    expectDamageIsHandled(index.save(), loadIvfIndex, queries);
  });

  it('is exact where there is no memory for lists, and gives back all it had', () => {
    const memory = new KernelMemory({ maxBytes: 190_000 });
    const index = filled(ivfIndex({ ...shape, memory }));
    expect(index.lists).toBe(0);
    const flat = flatIndex(shape);
    flat.add(ordinals, vectors);
    expect(index.search(queries, { topK: 5 })).toEqual(flat.search(queries, { topK: 5 }));
    index.close();
    expect(memory.usedBytes).toBe(0);
  });

  it.each([
    { why: 'a list that is not there', block: 'listOf', at: 7, value: 255 },
    { why: 'a centroid that is not finite', block: 'centroids', at: 3, value: 0x7f },
    { why: 'an ordinal twice', block: 'ordinals', at: 0, value: 8 },
  ])('refuses to load $why', ({ block, at, value }) => {
    const saved = filled(ivfIndex({ ...shape, lists: 20 })).save();
    const bytes = saved.blocks[block]?.slice() ?? new Uint8Array(0);
    bytes.fill(value, at, at + 1);
    if (block === 'centroids') bytes.fill(0x80, 2, 3);
    const memory = new KernelMemory();
    const damaged = { ...saved, blocks: { ...saved.blocks, [block]: bytes } };
    expect(() => loadIvfIndex(damaged, { memory })).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' }));
    expect(memory.usedBytes).toBe(0);
  });
});

function filled(index: IvfIndex): IvfIndex {
  index.add(ordinals, vectors);
  return index;
}

function share(part: number): Bitmap {
  return Bitmap.of(
    5000,
    ordinals.filter((ordinal) => (ordinal * 37) % 100 < part * 100),
  );
}

function rowsOf({ data, columns }: Matrix, start: number, end: number): Matrix {
  return { data: data.subarray(start * columns, end * columns), rows: end - start, columns };
}
