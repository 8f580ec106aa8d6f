import { Bitmap, type Matrix, type MultiVectors, matrix, unpaced, vectorsOf } from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bruteMaxSim } from './fixtures/brute-max-sim.js';
import { tokenVectors } from './fixtures/token-vectors.js';
import type { MultiVectorPrecision } from './multi-vector-options.js';
import type { MultiVectorStore } from './multi-vector-store.js';
import { MultiVectorStoreBuilder } from './multi-vector-store-builder.js';
import { loadMultiVectors, saveMultiVectors } from './saved-multi-vectors.js';

const problems = fc.record({
  texts: fc.nat(12),
  vectors: fc.integer({ min: 1, max: 20 }),
  dimensions: fc.integer({ min: 1, max: 40 }),
  asked: fc.constantFrom(1, 3, 8, 13, 70),
  seed: fc.nat(1000),
});

describe.each(['float16', 'int8'] as const)('a store in %s', (precision) => {
  it('scores as brute force in double precision does over what it keeps', () => {
    fc.assert(
      fc.property(problems, ({ asked, seed, ...shape }) => {
        const documents = tokenVectors(shape, seed);
        const query = queryOf(asked, shape.dimensions, seed + 1);
        const store = storeOf(documents, precision);
        const { ordinals, scores } = unpaced(store.searchInSteps(query, { topK: 3 }));
        const kept = [...store.ordinals].filter((_, slot) => vectorsOf(documents, slot).rows > 0);
        expect([...ordinals]).toEqual(kept);
        for (const [at, ordinal] of ordinals.entries()) {
          const exact = bruteMaxSim(query, store.vectorsAt(store.slotOf(ordinal) ?? -1));
          // A query is rounded to 16 bits beside int8 rows; sums of float32 beside float16.
          expect(Math.abs((scores[at] ?? Number.NaN) - exact)).toBeLessThan(2e-5 * asked);
        }
      }),
    );
  });

  it('keeps numbers to its precision', () => {
    const documents = tokenVectors({ texts: 40, vectors: 30, dimensions: 64 }, 5);
    const store = storeOf(documents, precision);
    const query = queryOf(1, 64, 6);
    const errors = [...store.ordinals.keys()].flatMap((slot) => {
      const [kept, given] = [store.vectorsAt(slot), vectorsOf(documents, slot)];
      return given.rows === 0 ? [] : [Math.abs(bruteMaxSim(query, kept) - bruteMaxSim(query, given))];
    });
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    // Float16 rounds a number by 2 ** -11 of it at most; a product of unit vectors by no more.
    if (precision === 'float16') expect(Math.max(...errors)).toBeLessThan(2 ** -11);
    else expect(mean).toBeLessThan(0.004);
  });

  it('gives the same bits alone, in another order, without SIMD, after a round trip, and of a long document', () => {
    const documents = tokenVectors({ texts: 30, vectors: 40, dimensions: 24 }, 8);
    const store = storeOf(documents, precision);
    const query = queryOf(70, 24, 9);
    const score = (one: MultiVectorStore, ordinals: Uint32Array) => unpaced(one.scoreInSteps(query, ordinals));
    const all = score(store, store.ordinals);
    expect(score(store, store.ordinals.toReversed()).toReversed()).toEqual(all);
    expect(Float32Array.from(store.ordinals, (ordinal) => score(store, Uint32Array.of(ordinal))[0] ?? 0)).toEqual(all);
    const scalar = storeOf(documents, precision, new KernelMemory({ engine: 'scalar' }));
    expect(score(scalar, store.ordinals)).toEqual(all);
    const saved = saveMultiVectors(store);
    expect(score(loadMultiVectors(structuredClone(saved)), store.ordinals)).toEqual(all);
  });

  it('scores a document of many steps as its parts together', () => {
    const rows = 20_000;
    const { data } = tokenVectors({ texts: 3000, vectors: 20, dimensions: 16 }, 3).vectors;
    const vectors = matrix(data.subarray(0, rows * 16), 16);
    const query = queryOf(40, 16, 4);
    const whole = storeOf({ texts: 1, offsets: Uint32Array.of(0, rows), vectors }, precision);
    const steps = whole.scoreInSteps(query, whole.ordinals);
    let count = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) count++;
    expect(count).toBeGreaterThan(1);
    expect(Math.abs((step.value[0] ?? 0) - bruteMaxSim(query, whole.vectorsAt(0)))).toBeLessThan(1e-3);
  });

  it('gives its memory back', () => {
    const memory = new KernelMemory();
    const store = storeOf(tokenVectors({ texts: 5, vectors: 4, dimensions: 8 }, 1), precision, memory);
    const used = memory.usedBytes;
    unpaced(store.searchInSteps(queryOf(2, 8, 1), { topK: 1 }));
    const abandoned = store.searchInSteps(queryOf(2, 8, 1), { topK: 1 });
    abandoned.next();
    abandoned.return({ ordinals: new Uint32Array(0), scores: new Float32Array(0) });
    expect(memory.usedBytes).toBe(used);
    store.close();
    expect(memory.usedBytes).toBe(0);
  });
});

describe('a store', () => {
  const documents = tokenVectors({ texts: 20, vectors: 6, dimensions: 8 }, 12);

  it('finds only what passes a filter', () => {
    const store = storeOf(documents, 'float16');
    const filter = Bitmap.of(store.span, store.ordinals.subarray(0, 7));
    const { ordinals } = unpaced(store.searchInSteps(queryOf(3, 8, 1), { topK: 20, filter }));
    const expected = [...store.ordinals.subarray(0, 7)].filter((_, slot) => vectorsOf(documents, slot).rows > 0);
    expect([...ordinals]).toEqual(expected);
  });

  it('gives a document without vectors a score that none is below, and a query without vectors nothing', () => {
    const store = storeOf(
      { ...documents, texts: 21, offsets: Uint32Array.of(...documents.offsets, documents.vectors.rows) },
      'int8',
    );
    const query = queryOf(5, 8, 2);
    const scores = unpaced(store.scoreInSteps(query, store.ordinals));
    expect(scores[20]).toBe(Math.fround(store.leastScore(query)));
    expect(Math.min(...scores)).toBe(scores[20]);
    const none = queryOf(0, 8, 1);
    expect(unpaced(store.searchInSteps(none, { topK: 3 })).ordinals).toHaveLength(0);
    expect([...unpaced(store.scoreInSteps(none, store.ordinals))]).toEqual(Array(21).fill(0));
  });

  it.each([
    { why: 'an ordinal twice', ordinals: [1, 1], change: {} },
    { why: 'one that was added before', ordinals: [7, 8], change: {} },
    {
      why: 'a number that is not finite',
      ordinals: [1, 2],
      change: { vectors: matrix(Float32Array.of(1, Number.NaN), 1) },
    },
    {
      why: 'a number too large for float16',
      ordinals: [1, 2],
      change: { vectors: matrix(Float32Array.of(1, 70_000), 1) },
    },
    { why: 'another width', ordinals: [1, 2], change: { vectors: matrix(new Float32Array(4), 2) } },
  ])('refuses $why', ({ ordinals, change }) => {
    const builder = new MultiVectorStoreBuilder({ fingerprint: 'test', dimensions: 1 });
    const given = { texts: 2, offsets: Uint32Array.of(0, 1, 2), vectors: matrix(Float32Array.of(1, 2), 1) };
    builder.add(Uint32Array.of(7), { texts: 1, offsets: Uint32Array.of(0, 1), vectors: matrix(Float32Array.of(1), 1) });
    const refused = expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' });
    expect(() => builder.add(Uint32Array.from(ordinals), { ...given, ...change })).toThrow(refused);
    expect(builder.build().size).toBe(1);
  });

  it('refuses a query of another width or with NaN, and documents that it lacks', () => {
    const store = storeOf(documents, 'float16');
    const refused = expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' });
    expect(() => unpaced(store.searchInSteps(queryOf(1, 7, 1), { topK: 1 }))).toThrow(refused);
    const bad = matrix(new Float32Array(8).fill(Number.NaN), 8);
    expect(() => unpaced(store.searchInSteps(bad, { topK: 1 }))).toThrow(refused);
    expect(() => unpaced(store.scoreInSteps(queryOf(1, 8, 1), Uint32Array.of(1)))).toThrow(refused);
  });

  it('takes no more memory for large ordinals', () => {
    const builder = new MultiVectorStoreBuilder({ fingerprint: 'test', dimensions: 1 });
    const last = 2 ** 32 - 2;
    builder.add(Uint32Array.of(last), {
      texts: 1,
      offsets: Uint32Array.of(0, 1),
      vectors: matrix(Float32Array.of(1), 1),
    });
    const store = loadMultiVectors(saveMultiVectors(builder.build()));
    expect([store.span, store.has(last), store.has(last - 1)]).toEqual([last + 1, true, false]);
    expect(store.bytes).toBeLessThan(10_000);
  });

  it('answers in form or refuses, whatever is done to what was saved', () => {
    const saved = saveMultiVectors(storeOf(documents, 'int8'));
    const damage = fc.record({
      block: fc.constantFrom(...Object.keys(saved.blocks)),
      at: fc.nat(),
      value: fc.nat(255),
      cut: fc.boolean(),
    });
    fc.assert(
      fc.property(damage, ({ block, at, value, cut }) => {
        const bytes = saved.blocks[block]?.slice() ?? new Uint8Array(0);
        bytes[at % bytes.length] = value;
        const blocks = { ...saved.blocks, [block]: cut ? bytes.subarray(0, at % bytes.length) : bytes };
        try {
          const store = loadMultiVectors({ ...saved, blocks });
          unpaced(store.searchInSteps(queryOf(3, 8, 1), { topK: 1 }));
        } catch (error) {
          expect(error).toMatchObject({ code: 'SLUICE_INVALID_INPUT' });
        }
      }),
    );
  });
});

function storeOf(documents: MultiVectors, precision: MultiVectorPrecision, memory?: KernelMemory): MultiVectorStore {
  const { columns: dimensions } = documents.vectors;
  const builder = new MultiVectorStoreBuilder({
    fingerprint: 'test',
    dimensions,
    precision,
    ...(memory && { memory }),
  });
  // In two additions; ordinals in no order.
  const middle = documents.texts >> 1;
  for (const [start, end] of [
    [0, middle],
    [middle, documents.texts],
  ] as const) {
    const [from = 0, to = 0] = [documents.offsets[start], documents.offsets[end]];
    const data = documents.vectors.data.subarray(from * dimensions, to * dimensions);
    const ordinals = Uint32Array.from({ length: end - start }, (_, at) => ((start + at) * 7 + 3) % 4001);
    const offsets = documents.offsets.slice(start, end + 1).map((offset) => offset - from);
    builder.add(ordinals, { texts: end - start, offsets, vectors: matrix(data, dimensions) });
  }
  return builder.build();
}

function queryOf(rows: number, dimensions: number, seed: number): Matrix {
  const { data } = tokenVectors({ texts: 200, vectors: 10, dimensions }, seed).vectors;
  return { data: data.subarray(0, rows * dimensions), rows, columns: dimensions };
}
