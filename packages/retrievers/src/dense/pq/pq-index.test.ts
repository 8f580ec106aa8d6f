import { Bitmap, type Matrix, matrix } from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import { clusteredVectors, exactIndex, neighboursOf, recallOf, testVectorIndex } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { adannsOpq } from '../adanns/adanns-opq.js';
import { expectDamageIsHandled } from '../fixtures/damaged-saves.js';
import { flatIndex } from '../flat/flat-index.js';
import { opqIndex } from '../opq/opq-index.js';
import { loadPqIndex, type PqIndex, pqIndex } from './pq-index.js';
import type { Kept } from './pq-options.js';

// Codebooks are trained on the first few vectors, so that the small cases of the kit meet them.
const early = { trainAbove: 5, iterations: 4 };
testVectorIndex(
  'pqIndex',
  { create: (shape) => pqIndex({ ...shape, ...early, shortlist: 20 }), load: loadPqIndex },
  { recall: 0.9, runs: 30 },
);
testVectorIndex(
  'pqIndex without SIMD',
  {
    create: (shape) => pqIndex({ ...shape, ...early, memory: new KernelMemory({ engine: 'scalar' }) }),
    load: (saved) => loadPqIndex(saved, { memory: new KernelMemory({ engine: 'scalar' }) }),
  },
  // The scalar kernels take seconds for the 2,000 vectors of a recall.
  { runs: 8, dimensions: [1, 3], recall: 0.9 },
);
testVectorIndex(
  'pqIndex whose shortlist is everything',
  {
    create: (shape) => pqIndex({ ...shape, ...early, shortlist: 100 }),
    load: loadPqIndex,
  },
  { runs: 30 },
);
testVectorIndex(
  'opqIndex',
  { create: (shape) => opqIndex({ ...shape, ...early, rotationRounds: 1, shortlist: 20 }), load: loadPqIndex },
  { recall: 0.9, runs: 15 },
);
testVectorIndex(
  'adannsOpq',
  {
    create: (shape) => {
      const codedWidth = Math.ceil(shape.dimensions * 0.7);
      return adannsOpq({ ...shape, ...early, codedWidth, rotation: 'givens', rotationRounds: 1, shortlist: 20 });
    },
    load: loadPqIndex,
  },
  { recall: 0.9, runs: 15 },
);
// 8 bits a number: half a step of 127 of the largest, for each of at most 32 products of numbers up to 3.
testVectorIndex(
  'pqIndex that keeps int8',
  { create: (shape) => pqIndex({ ...shape, ...early, kept: 'int8', shortlist: 1000 }), load: loadPqIndex },
  { recall: 0.9, runs: 15, tolerance: 0.25 },
);
// Scores are those of the codes: any distance from the true ones is within the contract of `kept: 'none'`.
testVectorIndex(
  'pqIndex that keeps nothing',
  { create: (shape) => pqIndex({ ...shape, ...early, kept: 'none' }), load: loadPqIndex },
  { recall: 0.25, runs: 15, tolerance: Number.POSITIVE_INFINITY },
);

const WIDTH = 24;
const ROWS = 1500;
const vectors = clusteredVectors(ROWS, WIDTH, 11);
const queries = clusteredVectors(30, WIDTH, 12);
const ordinals = Uint32Array.from({ length: ROWS }, (_, row) => (row * 3 + 5) % 4507);

describe.each(['cosine', 'dot', 'euclidean'] as const)('codes, %s', (similarity) => {
  const shape = { dimensions: WIDTH, similarity };
  const flat = flatIndex(shape);
  flat.add(ordinals, vectors);
  const truth = flat.search(queries, { topK: 10 });
  const recallWith = (index: PqIndex, recall?: number) =>
    recallOf(filled(index).search(queries, { topK: 10, ...(recall && { recall }) }), truth);

  it('equals flat bit for bit when every code is on the shortlist, with and without a filter', () => {
    const index = filled(pqIndex({ ...shape, parts: 3, shortlist: ROWS }));
    expect(index.isTrained).toBe(true);
    const filter = Bitmap.of(
      5000,
      ordinals.filter((ordinal) => ordinal % 3 > 0),
    );
    for (const options of [{ topK: 10 }, { topK: 10, filter }, { topK: 2000 }]) {
      expect(index.search(queries, options)).toEqual(flat.search(queries, options));
    }
  });

  it('finds more with more parts, and with a longer shortlist', () => {
    const byParts = [1, 6, 24].map((parts) => recallWith(pqIndex({ ...shape, parts, kept: 'none' })));
    expect(byParts).toEqual(byParts.toSorted((a, b) => a - b));
    expect(byParts.at(-1)).toBeGreaterThan((byParts[0] ?? 1) + 0.2);
    const byLength = [20, 60, 300].map((shortlist) => recallWith(pqIndex({ ...shape, parts: 3, shortlist })));
    expect(byLength).toEqual(byLength.toSorted((a, b) => a - b));
  });

  it.each([0.8, 0.95, 0.99])('finds %d of the ten nearest when asked to', (recall) => {
    expect(recallWith(pqIndex({ ...shape, parts: 3, shortlist: 1 }), recall)).toBeGreaterThanOrEqual(recall);
  });

  it('ranks nearly as well by 8 bits a number as by float32', () => {
    const [whole, small] = (['float32', 'int8'] as const).map((kept) =>
      recallWith(pqIndex({ ...shape, parts: 6, kept, shortlist: 200 })),
    );
    expect(small).toBeGreaterThan((whole ?? 1) - 0.03);
  });
});

describe('PqIndex', () => {
  const shape = { dimensions: WIDTH, similarity: 'cosine' as const };

  it.each(['float32', 'int8', 'none'] as const)('takes the memory that it says, keeping %s', (kept) => {
    const memory = new KernelMemory();
    const index = filled(pqIndex({ ...shape, parts: 3, kept, memory }));
    const perVector = { float32: WIDTH * 4 + 3, int8: WIDTH + 4 + 3, none: 3 }[kept];
    const codebooks = 256 * WIDTH * 4;
    expect(memory.usedBytes).toBeGreaterThan(perVector * ROWS);
    // Room to grow, and the scratch of the encoder.
    expect(memory.usedBytes).toBeLessThan(2 * perVector * ROWS + codebooks + 100_000);
    index.close();
    expect(memory.usedBytes).toBe(0);
  });

  it.each(['float32', 'int8', 'none'] as const)('agrees with what it holds after changes, keeping %s', (kept) => {
    const index = filled(pqIndex({ ...shape, parts: 12, kept, shortlist: ROWS }));
    const fresh = pqIndex({ ...shape, parts: 12, kept, shortlist: ROWS });
    fresh.train(vectors);
    const gone = ordinals.filter((_, at) => at % 3 === 0);
    const changed = ordinals.subarray(100, 300);
    const others = clusteredVectors(200, WIDTH, 77);
    index.remove(gone);
    index.add(changed, others);
    index.remove(ordinals.subarray(0, 150));
    const oracle = exactIndex(shape);
    oracle.add(ordinals, vectors);
    oracle.remove(gone);
    oracle.add(changed, others);
    oracle.remove(ordinals.subarray(0, 150));
    expect(index.size).toBe(oracle.size);
    // The same vectors added to the same codebooks in another order: nothing of the old ones is left.
    for (const ordinal of ordinals) if (oracle.has(ordinal)) addFrom(fresh, ordinal, changed, others);
    expect(index.search(queries, { topK: 50 })).toEqual(fresh.search(queries, { topK: 50 }));
  });

  it('scores a code as what it stands for', () => {
    const index = filled(pqIndex({ ...shape, parts: 3, kept: 'none' }));
    const found = index.search(queries, { topK: 5 });
    expect(index.score(queries, found.offsets, found.ordinals)).toEqual(found.scores);
    expect(() => index.score(queries, new Uint32Array(31).fill(1, 1), Uint32Array.of(4999))).toThrow(
      expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' }),
    );
  });

  it('trains once, on a sample if it is given one, and refuses to again', () => {
    const index = pqIndex({ ...shape, trainAbove: 100 });
    expect(() => index.train()).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' }));
    index.train(rowsOf(vectors, 0, 300));
    expect(index.isTrained).toBe(true);
    expect(() => index.train()).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' }));
    expect(filled(index).size).toBe(ROWS);
  });

  it('is exact where there is no memory for codes', () => {
    const memory = new KernelMemory({ maxBytes: 190_000 });
    const index = filled(pqIndex({ ...shape, memory }));
    expect(index.isTrained).toBe(false);
    const flat = flatIndex(shape);
    flat.add(ordinals, vectors);
    expect(index.search(queries, { topK: 5 })).toEqual(flat.search(queries, { topK: 5 }));
    index.close();
    expect(memory.usedBytes).toBe(0);
  });

  it('gives the same bytes for the same additions', () => {
    const saved = () => filled(opqIndex({ ...shape, parts: 3, rotationRounds: 2 })).save();
    expect(saved()).toEqual(saved());
  });

  it.each<{ kept: Kept; similarity: 'cosine' | 'euclidean' }>([
    { kept: 'float32', similarity: 'cosine' },
    { kept: 'int8', similarity: 'euclidean' },
    { kept: 'none', similarity: 'cosine' },
  ])('handles whatever is done to what it saved, keeping $kept, $similarity', ({ kept, similarity }) => {
    const options = { parts: 3, kept, rotation: 'givens' as const, rotationRounds: 1, trainAbove: 10, iterations: 2 };
    const index = opqIndex({ dimensions: WIDTH, similarity, ...options });
    index.add(ordinals.subarray(0, 60), rowsOf(vectors, 0, 60));
    expectDamageIsHandled(index.save(), loadPqIndex, queries);
  });

  it.each([
    { why: 'more parts than columns', options: { parts: 25 }, path: 'parts' },
    { why: 'no part', options: { parts: 0 }, path: 'parts' },
  ])('refuses $why', ({ options, path }) => {
    expect(() => pqIndex({ ...shape, ...options })).toThrow(
      expect.objectContaining({ code: 'SLUICE_INVALID_OPTIONS', path }),
    );
  });
});

it('adannsOpq codes slices, and refuses those that are wider than the vectors', () => {
  const shape = { dimensions: WIDTH, similarity: 'cosine' as const };
  const settings = { parts: 4, rotationRounds: 2, kept: 'none' as const };
  const index = filled(adannsOpq({ ...shape, ...settings, codedWidth: 8 }));
  const slices = Float32Array.from({ length: ROWS * 8 }, (_, at) => {
    return vectors.data[Math.floor(at / 8) * WIDTH + (at % 8)] ?? 0;
  });
  const alone = opqIndex({ ...shape, ...settings, dimensions: 8 });
  alone.add(ordinals, matrix(slices, 8));
  const asked = Float32Array.from({ length: 30 * 8 }, (_, at) => {
    return queries.data[Math.floor(at / 8) * WIDTH + (at % 8)] ?? 0;
  });
  const [found, expected] = [index.search(queries, { topK: 10 }), alone.search(matrix(asked, 8), { topK: 10 })];
  // Slices of unit vectors made to unit length are, to rounding, those of the vectors as they were.
  expect(recallOf(found, expected)).toBeGreaterThan(0.97);
  expect(neighboursOf(found, 0).scores[0]).toBeCloseTo(neighboursOf(expected, 0).scores[0] ?? 0, 3);
  expect(() => adannsOpq({ ...shape, codedWidth: 25 })).toThrow(expect.objectContaining({ path: 'codedWidth' }));
});

function filled(index: PqIndex): PqIndex {
  index.add(ordinals, vectors);
  return index;
}

function addFrom(index: PqIndex, ordinal: number, changed: Uint32Array, others: Matrix): void {
  const at = changed.indexOf(ordinal);
  const source =
    at === -1 ? rowsOf(vectors, ordinals.indexOf(ordinal), ordinals.indexOf(ordinal) + 1) : rowsOf(others, at, at + 1);
  index.add(Uint32Array.of(ordinal), source);
}

function rowsOf({ data, columns }: Matrix, start: number, end: number): Matrix {
  return { data: data.subarray(start * columns, end * columns), rows: end - start, columns };
}
