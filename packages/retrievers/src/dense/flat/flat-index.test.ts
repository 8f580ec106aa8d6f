import { Bitmap, type Matrix, matrix } from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import { clusteredVectors, exactIndex, neighboursOf, testVectorIndex } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { type FlatIndex, flatIndex, loadFlatIndex } from './flat-index.js';

testVectorIndex('flatIndex', { create: flatIndex, load: loadFlatIndex });
testVectorIndex('flatIndex without SIMD', {
  create: (shape) => flatIndex({ ...shape, memory: new KernelMemory({ engine: 'scalar' }) }),
  load: (saved) => loadFlatIndex(saved, { memory: new KernelMemory({ engine: 'scalar' }) }),
});

// More rows than a block, more queries than a group, and a width that is no multiple of a kernel step.
const ROWS = 700;
const WIDTH = 20;
const vectors = clusteredVectors(ROWS, WIDTH, 11);
const queries = clusteredVectors(70, WIDTH, 12);
const ordinals = Uint32Array.from({ length: ROWS }, (_, row) => (row * 3 + 5) % 2111);

describe.each(['cosine', 'dot', 'euclidean'] as const)('many rows and queries, %s', (similarity) => {
  const shape = { dimensions: WIDTH, similarity };
  const oracle = exactIndex(shape);
  oracle.add(ordinals, vectors);

  it.each([
    { why: 'no filter', share: undefined },
    { why: 'a filter that a list is made of', share: 0.1 },
    { why: 'a filter that the scan asks', share: 0.8 },
  ])('is brute force with $why', ({ share }) => {
    const filter = share === undefined ? {} : { filter: bitmapOf(share) };
    const expected = oracle.search(queries, { topK: 10, ...filter });
    const found = filled(shape).search(queries, { topK: 10, ...filter });
    expect([...found.ordinals]).toEqual([...expected.ordinals]);
    expect([...found.offsets]).toEqual([...expected.offsets]);
  });

  it('gives the same bits alone and in a batch, with and without SIMD, and as scores', () => {
    for (const filter of [{}, { filter: bitmapOf(0.1) }, { filter: bitmapOf(0.8) }]) {
      const index = filled(shape);
      const batch = index.search(queries, { topK: 15, ...filter });
      const plain = filled(shape, new KernelMemory({ engine: 'scalar' })).search(queries, { topK: 15, ...filter });
      expect(plain).toEqual(batch);
      expect(index.score(queries, batch.offsets, batch.ordinals)).toEqual(batch.scores);
      const alone = index.search(rowsOf(queries, 66, 67), { topK: 15, ...filter });
      expect({ ordinals: alone.ordinals, scores: alone.scores }).toEqual(neighboursOf(batch, 66));
    }
  });
});

describe('FlatIndex', () => {
  const shape = { dimensions: WIDTH, similarity: 'cosine' as const };

  it('never scores above 1, and finds a vector by itself', () => {
    const found = filled(shape).search(vectors, { topK: 1 });
    expect(found.ordinals).toEqual(ordinals);
    expect(Math.max(...found.scores)).toBeLessThanOrEqual(1);
  });

  it('starts over when it changes between two steps', () => {
    const index = filled(shape);
    const steps = index.searchInSteps(rowsOf(queries, 0, 3), { topK: 5 });
    steps.next();
    index.remove(ordinals.subarray(0, 300));
    index.add(Uint32Array.of(4000), rowsOf(queries, 1, 2));
    const found = lastOf(steps);
    expect(found).toEqual(index.search(rowsOf(queries, 0, 3), { topK: 5 }));
    expect(neighboursOf(found, 1).ordinals[0]).toBe(4000);
  });

  it('takes under a block of rows in a step, and gives its memory back when it is given up', () => {
    const memory = new KernelMemory();
    const index = filled(shape, memory);
    const { usedBytes } = memory;
    const steps = index.searchInSteps(rowsOf(queries, 0, 1), { topK: 5 });
    steps.next();
    expect(memory.usedBytes).toBeGreaterThan(usedBytes);
    steps.return({ offsets: new Uint32Array(1), ordinals: new Uint32Array(0), scores: new Float32Array(0) });
    expect(memory.usedBytes).toBe(usedBytes);
    expect([...index.searchInSteps(rowsOf(queries, 0, 1), { topK: 5 })]).toHaveLength(Math.ceil(ROWS / 256));
  });

  it('shares a memory with others, which may grow it between two steps', () => {
    const memory = new KernelMemory();
    const [one, other] = [filled(shape, memory), flatIndex({ ...shape, memory })];
    const steps = one.searchInSteps(queries, { topK: 5 });
    steps.next();
    other.reserve(100_000);
    other.add(Uint32Array.of(1), rowsOf(vectors, 0, 1));
    expect(lastOf(steps)).toEqual(filled(shape).search(queries, { topK: 5 }));
    expect([...other.search(rowsOf(queries, 0, 1), { topK: 5 }).ordinals]).toEqual([1]);
  });

  it('adds nothing when the memory is full, and works on', () => {
    const index = flatIndex({ ...shape, memory: new KernelMemory({ maxBytes: 100_000 }) });
    index.add(ordinals.subarray(0, 100), rowsOf(vectors, 0, 100));
    const before = index.search(rowsOf(queries, 0, 2), { topK: 200 });
    const addAll = () => index.add(ordinals, matrix(new Float32Array(ROWS * WIDTH * 9).fill(1), WIDTH));
    expect(addAll).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' }));
    const many = clusteredVectors(2000, WIDTH, 3);
    const addMany = () =>
      index.add(
        Uint32Array.from({ length: 2000 }, (_, at) => at),
        many,
      );
    expect(addMany).toThrow(expect.objectContaining({ code: 'SLUICE_MEMORY_LIMIT' }));
    expect(index.search(rowsOf(queries, 0, 2), { topK: 200 })).toEqual(before);
  });

  it('refuses a filter that does not reach its greatest ordinal, or is none', () => {
    const index = filled(shape);
    const search = (filter: Bitmap) => () => index.search(rowsOf(queries, 0, 1), { topK: 1, filter });
    expect(search(new Bitmap(1000))).toThrow(
      expect.objectContaining({ code: 'SLUICE_INVALID_INPUT', source: 'filter' }),
    );
    index.remove(ordinals.filter((ordinal) => ordinal >= 1000));
    expect(search(new Bitmap(1000))).not.toThrow();
    const set: unknown = new Set([1]);
    expect(search(set as Bitmap)).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_OPTIONS', path: 'filter' }));
  });

  it.each([
    { why: 'an ordinal twice', block: 'ordinals', value: 7, elements: Uint32Array },
    { why: 'NaN in a vector', block: 'vectors', value: Number.NaN, elements: Float32Array },
  ])('refuses to load $why', ({ block, value, elements }) => {
    const saved = filled(shape).save();
    const bytes = saved.blocks[block]?.slice() ?? new Uint8Array(0);
    new elements(bytes.buffer).fill(value, 2, 4);
    const damaged = { ...saved, blocks: { ...saved.blocks, [block]: bytes } };
    const memory = new KernelMemory();
    expect(() => loadFlatIndex(damaged, { memory })).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' }));
    expect(memory.usedBytes, 'bytes left behind').toBe(0);
  });
});

describe('a saved index whose vectors are not what is stored', () => {
  it.each([
    { why: 'a vector that is not of unit length', similarity: 'cosine', at: 0, value: 1.5 },
    { why: 'numbers after the last dimension', similarity: 'cosine', at: WIDTH, value: 0.001 },
    { why: 'numbers after the last dimension', similarity: 'dot', at: WIDTH, value: 0.001 },
    { why: 'numbers after the last dimension', similarity: 'euclidean', at: WIDTH, value: 0.001 },
  ] as const)('is refused under $similarity: $why', ({ similarity, at, value }) => {
    const saved = filled({ dimensions: WIDTH, similarity }).save();
    const bytes = saved.blocks.vectors?.slice() ?? new Uint8Array(0);
    new Float32Array(bytes.buffer)[at] = value;
    const memory = new KernelMemory();
    const load = () => loadFlatIndex({ ...saved, blocks: { ...saved.blocks, vectors: bytes } }, { memory });
    expect(load).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' }));
    expect(memory.usedBytes, 'bytes left behind').toBe(0);
  });
});

function filled(shape: Parameters<typeof flatIndex>[0], memory?: KernelMemory): FlatIndex {
  const index = flatIndex(memory ? { ...shape, memory } : shape);
  index.add(ordinals, vectors);
  return index;
}

/** Roughly that share of the ordinals, spread evenly. */
function bitmapOf(share: number): Bitmap {
  return Bitmap.of(
    2111,
    ordinals.filter((ordinal) => (ordinal * 37) % 100 < share * 100),
  );
}

function rowsOf({ data, columns }: Matrix, start: number, end: number): Matrix {
  return { data: data.subarray(start * columns, end * columns), rows: end - start, columns };
}

function lastOf<Last>(steps: Generator<undefined, Last>): Last {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
