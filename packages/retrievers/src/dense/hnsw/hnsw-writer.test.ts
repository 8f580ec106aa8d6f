import type { Matrix } from '@sluice/core';
import { KernelMemory, MemoryLimitError, type Region } from '@sluice/kernels';
import { clusteredVectors, recallOf } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { flatIndex } from '../flat/flat-index.js';
import { type HnswIndex, hnswIndex } from './hnsw-index.js';

const ROWS = 4000;
const WIDTH = 24;
const shape = { dimensions: WIDTH, similarity: 'cosine' as const };
const vectors = clusteredVectors(ROWS, WIDTH, 41);
const queries = clusteredVectors(300, WIDTH, 42);
const ordinals = Uint32Array.from({ length: ROWS }, (_, row) => row);

describe('removal with repair', () => {
  // By a number of the vector: whole regions go, and what is left lies at their borders.
  const byFirst = ordinals.toSorted(
    (left, right) => (vectors.data[left * WIDTH] ?? 0) - (vectors.data[right * WIDTH] ?? 0),
  );
  const everySecond = ordinals.filter((ordinal) => ordinal % 2 === 1);

  it.each([
    { gone: 'every second vector, at once', calls: [everySecond] },
    { gone: 'every second vector, in ten calls', calls: inParts(everySecond, 10) },
    { gone: 'half of the space, at once', calls: [byFirst.subarray(0, ROWS / 2)] },
    { gone: 'half of the space, in ten calls', calls: inParts(byFirst.subarray(0, ROWS / 2), 10) },
    { gone: 'all but a corner', calls: inParts(byFirst.subarray(0, ROWS * 0.9), 20) },
  ])('finds as much as an index that was never larger, when $gone went', ({ calls }) => {
    const index = filled();
    const removed = new Set(calls.flatMap((call) => [...call]));
    for (const call of calls) expect(index.remove(call)).toBe(call.length);
    const kept = ordinals.filter((ordinal) => !removed.has(ordinal));
    const fresh = hnswIndex({ ...shape, scanBelow: 0 });
    const oracle = flatIndex(shape);
    for (const each of [fresh, oracle]) each.add(kept, rowsOf(vectors, kept));
    const truth = oracle.search(queries, { topK: 10 });
    for (const beam of [16, 32, 64]) {
      const recalls = [index, fresh].map((each) => {
        each.setBeam(beam);
        return recallOf(each.search(queries, { topK: 10 }), truth);
      });
      // 3,000 neighbours are looked up: .025 is three standard deviations of the difference at a recall of .88.
      expect(recalls[0], `beam ${beam}`).toBeGreaterThan((recalls[1] ?? 1) - 0.025);
    }
    expect(index.size).toBe(kept.length);
    // What is gone takes a third of the place of what is there at most, and room to grow an eighth.
    const places = index.save().blocks.gone?.length ?? Number.POSITIVE_INFINITY;
    expect(places).toBeLessThanOrEqual(kept.length / 0.75 + 1);
  });

  it('finds every vector as its own nearest after many updates', () => {
    const index = filled();
    const oracle = flatIndex(shape);
    oracle.add(ordinals, vectors);
    for (let round = 1; round <= 6; round++) {
      const some = ordinals.filter((ordinal) => ordinal % 3 === round % 3);
      const moved = rowsOf(
        vectors,
        some.map((ordinal) => (ordinal * 7 + round * 131) % ROWS),
      );
      for (const each of [index, oracle]) each.add(some, moved);
    }
    expect(index.size).toBe(ROWS);
    index.setBeam(64);
    expect(recallOf(index.search(queries, { topK: 10 }), oracle.search(queries, { topK: 10 }))).toBeGreaterThan(0.95);
  });
});

it.each(['cosine', 'euclidean'] as const)(
  'is the same bytes without SIMD, after additions and removals: %s',
  (similarity) => {
    const [fast, plain] = (['simd', 'scalar'] as const).map((engine) => {
      const memory = new KernelMemory({ engine });
      expect(memory.engine).toBe(engine);
      const index = hnswIndex({ dimensions: WIDTH, similarity, scanBelow: 0, buildBeam: 16, degree: 4, memory });
      index.add(ordinals.subarray(0, 300), rowsOf(vectors, ordinals.subarray(0, 300)));
      index.remove(ordinals.subarray(0, 90));
      return { found: index.search(queries, { topK: 10 }), saved: index.save() };
    });
    expect(fast).toEqual(plain);
  },
);

describe('addInParallel', () => {
  it.each([
    { how: 'on three workers', sharing: 'shared' as const, workers: 3 },
    { how: 'on the calling thread, where the memory is its own', sharing: 'private' as const, workers: 3 },
  ])('finds what an index of one thread finds, within noise: $how', async ({ sharing, workers }) => {
    const index = hnswIndex({ ...shape, scanBelow: 0, memory: new KernelMemory({ sharing }) });
    const phases: [string, number, number | undefined][] = [];
    const onProgress = (each: { phase: string; done: number; total?: number }): void => {
      phases.push([each.phase, each.done, each.total]);
    };
    index.add(ordinals.subarray(0, 500), rowsOf(vectors, ordinals.subarray(0, 500)));
    const rest = ordinals.subarray(400);
    await index.addInParallel(rest, rowsOf(vectors, rest), { workers, onProgress });
    expect(index.size).toBe(ROWS);
    expect(phases.at(-1)).toEqual(['linking', rest.length, rest.length]);
    const oracle = flatIndex(shape);
    oracle.add(ordinals, vectors);
    const truth = oracle.search(queries, { topK: 10 });
    const recalls = [index, filled()].map((each) => recallOf(each.search(queries, { topK: 10 }), truth));
    expect(Math.abs((recalls[0] ?? 0) - (recalls[1] ?? 1))).toBeLessThan(0.02);
  });

  it('with one worker gives the bytes that add gives', async () => {
    const index = hnswIndex({ ...shape, scanBelow: 0, memory: new KernelMemory({ sharing: 'shared' }) });
    await index.addInParallel(ordinals, vectors, { workers: 1 });
    expect(index.save()).toEqual(filled().save());
  });

  it.each([1, 2])('cancelled, it leaves what was there, and works on: %d workers', async (workers) => {
    const index = hnswIndex({ ...shape, scanBelow: 0, memory: new KernelMemory({ sharing: 'shared' }) });
    const first = ordinals.subarray(0, 1500);
    index.add(first, rowsOf(vectors, first));
    const before = index.search(queries, { topK: 10 });
    const stop = new AbortController();
    const moved = rowsOf(
      vectors,
      ordinals.map((ordinal) => ROWS - 1 - ordinal),
    );
    const adding = index.addInParallel(ordinals, moved, {
      workers,
      signal: stop.signal,
      onProgress: ({ done }) => done > 0 && stop.abort(new Error('enough')),
    });
    expect(() => index.add(first, rowsOf(vectors, first))).toThrow(
      expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' }),
    );
    for (const refused of [
      () => index.remove(first),
      () => index.reserve(2 * ROWS),
      () => index.save(),
      () => index.close(),
    ]) {
      expect(refused).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' }));
    }
    await expect(adding).rejects.toThrow('enough');
    expect(index.size).toBe(first.length);
    expect([...first].every((ordinal) => index.has(ordinal))).toBe(true);
    expect(index.has(ROWS - 1)).toBe(false);
    expect(recallOf(index.search(queries, { topK: 10 }), before)).toBeGreaterThan(0.97);
    index.add(ordinals, vectors);
    const oracle = flatIndex(shape);
    oracle.add(ordinals, vectors);
    expect(recallOf(index.search(queries, { topK: 10 }), oracle.search(queries, { topK: 10 }))).toBeGreaterThan(0.95);
  });

  it('is not found before its end, by searches meanwhile, after rows were dropped', async () => {
    const index = filled();
    index.remove(ordinals.subarray(0, ROWS / 2));
    expect(index.save().blocks.gone).toHaveLength(ROWS / 2);
    const added = ordinals.subarray(0, 1000);
    const found: number[] = [];
    const onProgress = (): void => {
      const { ordinals: some } = index.search(rowsOf(vectors, added.subarray(0, 50)), { topK: 10 });
      if (index.size === ROWS / 2) found.push(...some);
    };
    await index.addInParallel(added, rowsOf(vectors, added), { onProgress });
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((ordinal) => ordinal < ROWS / 2)).toEqual([]);
  });

  it('refuses what add refuses, and a number of workers that is none', async () => {
    const index = hnswIndex(shape);
    const refused = (code: string) => expect.objectContaining({ code });
    await expect(index.addInParallel(Uint32Array.of(1, 1), vectors)).rejects.toThrow(refused('SLUICE_INVALID_INPUT'));
    await expect(index.addInParallel(ordinals, vectors, { workers: 0 })).rejects.toThrow(
      refused('SLUICE_INVALID_OPTIONS'),
    );
    await expect(index.addInParallel(ordinals, vectors, { signal: AbortSignal.abort() })).rejects.toThrow('abort');
    expect(index.size).toBe(0);
  });
});

describe('changes in steps', () => {
  it('are those of add and remove, and yield at each vector that is linked or mended', () => {
    const [whole, stepped] = [hnswIndex({ ...shape, scanBelow: 0 }), hnswIndex({ ...shape, scanBelow: 0 })];
    whole.add(ordinals, vectors);
    expect([...stepped.addInSteps(ordinals, vectors)]).toHaveLength(ROWS);
    expect(stepped.save()).toEqual(whole.save());
    const gone = ordinals.subarray(0, ROWS / 2);
    whole.remove(gone);
    const [steps, removed] = countedSteps(stepped.removeInSteps(gone));
    expect([steps, removed]).toEqual([ROWS / 2, ROWS / 2]);
    expect(stepped.save()).toEqual(whole.save());
    const moved = rowsOf(vectors, gone);
    whole.add(ordinals.subarray(ROWS / 2), moved);
    const [mended] = countedSteps(stepped.addInSteps(ordinals.subarray(ROWS / 2), moved));
    // Each of the half is added, and each of these mended when those that it replaces go.
    expect(mended).toBe(ROWS);
    expect(stepped.save()).toEqual(whole.save());
  });

  it('leave a whole index after each, whatever is done in between', () => {
    const index = filled();
    const first = ordinals.subarray(0, 500);
    const adding = index.addInSteps(first, rowsOf(vectors, first.toReversed()));
    for (let step = 0; step < 250; step++) adding.next();
    expect(index.size).toBe(ROWS);
    const removing = index.removeInSteps(ordinals.subarray(0, ROWS * 0.4));
    for (let step = 0; step < 100; step++) removing.next();
    index.add(Uint32Array.of(ROWS), rowsOf(vectors, Uint32Array.of(1)));
    expect(index.save().blocks.gone?.length).toBeLessThan(ROWS);
    // What was to be mended is no longer what there is: that is given up.
    expect(countedSteps(removing)).toEqual([0, ROWS * 0.4]);
    expect(countedSteps(adding)[0]).toBeGreaterThan(0);
    expect(index.size).toBe(ROWS * 0.6 + 1 + 250);
    const oracle = flatIndex(shape);
    const kept = [...ordinals.filter((ordinal) => ordinal >= ROWS * 0.4)];
    oracle.add(Uint32Array.from(kept), rowsOf(vectors, Uint32Array.from(kept)));
    oracle.add(Uint32Array.of(ROWS), rowsOf(vectors, Uint32Array.of(1)));
    const late = first.subarray(250);
    oracle.add(late, rowsOf(vectors, first.toReversed().subarray(250)));
    expect(recallOf(index.search(queries, { topK: 10 }), oracle.search(queries, { topK: 10 }))).toBeGreaterThan(0.95);
  });

  it('refuse to go on while workers add', async () => {
    const index = hnswIndex({ ...shape, memory: new KernelMemory({ sharing: 'shared' }) });
    const steps = index.addInSteps(ordinals.subarray(0, 20), rowsOf(vectors, ordinals.subarray(0, 20)));
    steps.next();
    const rest = ordinals.subarray(20);
    const adding = index.addInParallel(rest, rowsOf(vectors, rest));
    expect(() => steps.next()).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' }));
    await adding;
    expect(index.size).toBe(rest.length + 1);
  });
});

it('removes where there is no room to mend links, and mends them later', () => {
  const memory = new KernelMemory({ maxBytes: 2_000_000 });
  const index = hnswIndex({ ...shape, scanBelow: 0, memory });
  const few = ordinals.subarray(0, 2000);
  index.add(few, rowsOf(vectors, few));
  const taken = takeAll(memory);
  expect(index.remove(few.subarray(0, 1000))).toBe(1000);
  expect([index.size, index.has(0)]).toEqual([1000, false]);
  expect(index.save().blocks.gone).toHaveLength(2000);
  for (const region of taken) memory.free(region);
  const found = index.search(queries, { topK: 10 }).ordinals;
  expect([...found].every((ordinal) => ordinal >= 1000)).toBe(true);
  index.remove(Uint32Array.of(1000));
  expect(index.save().blocks.gone).toHaveLength(999);
});

/** All that is free, line by line. */
function takeAll(memory: KernelMemory): Region[] {
  const taken: Region[] = [];
  for (;;) {
    try {
      taken.push(memory.allocate(64));
    } catch (error) {
      if (error instanceof MemoryLimitError) return taken;
      throw error;
    }
  }
}

function countedSteps<Result>(steps: Generator<undefined, Result>): [steps: number, result: Result] {
  for (let count = 0; ; count++) {
    const { done, value } = steps.next();
    if (done) return [count, value];
  }
}

function filled(): HnswIndex {
  const index = hnswIndex({ ...shape, scanBelow: 0 });
  index.add(ordinals, vectors);
  return index;
}

function rowsOf({ data, columns }: Matrix, list: Uint32Array): Matrix {
  const rows = new Float32Array(list.length * columns);
  for (const [at, row] of list.entries()) rows.set(data.subarray(row * columns, (row + 1) * columns), at * columns);
  return { data: rows, rows: list.length, columns };
}

function inParts(list: Uint32Array, count: number): Uint32Array[] {
  const size = Math.ceil(list.length / count);
  return Array.from({ length: count }, (_, at) => list.subarray(at * size, (at + 1) * size));
}
