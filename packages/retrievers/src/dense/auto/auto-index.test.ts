import { Bitmap, type Matrix } from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import { clusteredVectors, recallOf, testVectorIndex } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { flatIndex } from '../flat/flat-index.js';
import type { HnswStorage } from '../hnsw/hnsw-options.js';
import { type AutoIndex, autoIndex, loadAutoIndex } from './auto-index.js';

testVectorIndex('autoIndex', { create: autoIndex, load: loadAutoIndex }, { recall: 0.95 });
testVectorIndex(
  'autoIndex, a graph from 20 vectors on',
  {
    create: (shape) => autoIndex({ ...shape, storage: 'float32', flatNumbers: 20 * shape.dimensions }),
    load: loadAutoIndex,
  },
  { recall: 0.95 },
);

const WIDTH = 24;
const ROWS = 3000;
const shape = { dimensions: WIDTH, similarity: 'cosine' as const };
const all = clusteredVectors(ROWS + 100, WIDTH, 41);
const ordinals = Uint32Array.from({ length: ROWS }, (_, row) => row);
const queries = rowsOf(all, ROWS, ROWS + 100);
const truth = flatIndex(shape);
truth.add(ordinals, rowsOf(all, 0, ROWS));

describe('AutoIndex', () => {
  it('is exact while it is small, and a graph from the first vector too many on', () => {
    const index = autoIndex({ ...shape, flatNumbers: 2000 * WIDTH });
    index.add(ordinals.subarray(0, 2000), rowsOf(all, 0, 2000));
    expect(index.explain()).toMatchObject({ index: 'flat', method: 'scan', measuredRecall: 1, size: 2000 });
    index.add(ordinals.subarray(1999, 2000), rowsOf(all, 1999, 2000));
    expect(index.explain().index, 'the same vector again').toBe('flat');
    index.add(ordinals.subarray(2000), rowsOf(all, 2000, ROWS));
    expect(index.explain()).toMatchObject({ index: 'hnsw', method: 'walk', size: ROWS, recall: 0.95 });
    expect([...ordinals].every((ordinal) => index.has(ordinal))).toBe(true);
  });

  it.each([0.9, 0.95, 0.99])('finds %d when it is asked for, and says what was measured', (recall) => {
    const index = filled();
    const found = recallOf(index.search(queries, { topK: 10, recall }), truth.search(queries, { topK: 10 }));
    expect(found).toBeGreaterThanOrEqual(recall);
    const { measuredRecall = 0, calibration, summary } = index.explain({ recall });
    expect(measuredRecall).toBeGreaterThan(recall - 0.05);
    expect(calibration).toMatchObject({ size: ROWS, source: 'stored' });
    expect(summary).toContain(`recall of ${recall}`);
  });

  it('holds the thread for one step at a time while it measures, and measures once', () => {
    const index = filled();
    const steps = [...index.calibrateInSteps()].length;
    // As many as there are walks of sample queries, at least.
    expect(steps).toBeGreaterThan(384);
    expect([...index.calibrateInSteps()]).toHaveLength(0);
    const searching = filled().searchInSteps(rowsOf(queries, 0, 1), { topK: 3 });
    expect([...searching].length).toBeGreaterThan(384);
  });

  it('measures nothing of what changes meanwhile, and measures again when a tenth was removed', () => {
    const index = filled();
    const steps = index.calibrateInSteps();
    for (let step = 0; step < 100; step++) steps.next();
    index.remove(ordinals.subarray(0, 1));
    for (let step = 0; step < 2; step++) steps.next();
    expect(steps.next().done).toBe(true);
    expect(index.explain().calibration).toMatchObject({ size: ROWS - 1, removed: 0 });
    index.remove(ordinals.subarray(1, 500));
    expect(index.explain().calibration).toMatchObject({ size: ROWS - 500, removed: 0 });
  });

  it('measures nothing at once in a search in steps that something is added under', () => {
    const index = filled();
    const steps = index.searchInSteps(rowsOf(queries, 0, 2), { topK: 3 });
    for (let step = 0; step < 100; step++) steps.next();
    index.add(ordinals.subarray(0, 1), rowsOf(all, 0, 1));
    expect(resultOf(steps).ordinals).toHaveLength(6);
    // So it is still to be measured.
    expect([...index.calibrateInSteps()].length).toBeGreaterThan(384);
  });

  it('says what a scan of compact rows finds, and what would find more', () => {
    const compact = filled('compact').explain({ recall: 0.9999 });
    expect(compact.method).toBe('scan');
    expect(compact.measuredRecall).toBeLessThan(1);
    expect(compact.summary).toContain("storage 'float32'");
    const whole = filled().explain({ recall: 0.9999 });
    expect(whole).toMatchObject({ method: 'scan', measuredRecall: 1 });
    expect(whole.summary).not.toContain('storage');
  });

  it('refuses to be saved or changed while an addition in steps is unfinished, and not when it was given up', () => {
    const index = autoIndex({ ...shape, flatNumbers: 200 * WIDTH });
    index.add(ordinals.subarray(0, 150), rowsOf(all, 0, 150));
    for (const end of [600, 900]) {
      const steps = index.addInSteps(ordinals.subarray(300, end), rowsOf(all, 300, end));
      steps.next();
      const few = rowsOf(all, 0, 1);
      const one = ordinals.subarray(0, 1);
      for (const change of [
        () => index.save(),
        () => index.add(one, few),
        () => index.addInSteps(one, few).next(),
        () => index.remove(one),
        () => index.reserve(10_000),
      ]) {
        expect(change).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT', source: 'AutoIndex' }));
      }
      expect(index.search(few, { topK: 1 }).ordinals[0]).toBe(0);
      if (end === 900) steps.return();
      else resultOf(steps);
      expect(loadAutoIndex(index.save()).size).toBe(index.size);
    }
  });

  it('walks further for more recall', () => {
    const index = filled();
    const beams = [0.8, 0.9, 0.99].map((recall) => index.explain({ recall }).beam);
    expect(beams).toEqual([...new Set(beams)].sort((left, right) => left - right));
  });

  it.each([0.001, 0.01, 0.05, 0.2, 0.5, 0.9])('finds .95 of those that pass a filter of share %d', (share) => {
    const index = filled();
    const order = [...ordinals].sort((left, right) => (all.data[left * WIDTH] ?? 0) - (all.data[right * WIDTH] ?? 0));
    const filter = Bitmap.of(ROWS, order.slice(0, Math.ceil(share * ROWS)));
    const found = recallOf(index.search(queries, { topK: 10, filter }), truth.search(queries, { topK: 10, filter }));
    expect(found).toBeGreaterThanOrEqual(0.95);
    expect(index.explain({ filter }).method).toBe(share < 0.4 ? 'scan' : 'walk');
  });

  it('keeps what it measured and what it was told when it is saved, and measures on the owner’s queries', () => {
    const index = autoIndex({ ...shape, flatNumbers: 0, recall: 0.9, sampleQueries: queries });
    index.add(ordinals, rowsOf(all, 0, ROWS));
    const loaded = loadAutoIndex(index.save());
    expect(loaded.explain()).toEqual(index.explain());
    expect(loaded.explain()).toMatchObject({ recall: 0.9, calibration: { source: 'given', queries: 100 } });
    expect(loaded.search(queries, { topK: 10 })).toEqual(index.search(queries, { topK: 10 }));
  });

  it('answers in steps as it answers at once', () => {
    for (const index of [filled(), truth]) {
      const steps = index.searchInSteps(queries, { topK: 7 });
      let step = steps.next();
      while (!step.done) step = steps.next();
      expect(step.value).toEqual(index.search(queries, { topK: 7 }));
    }
  });

  it('adds in steps what it adds at once', () => {
    const [whole, stepped] = [0, 1].map(() => autoIndex({ ...shape, flatNumbers: 200 * WIDTH }));
    whole?.add(ordinals.subarray(0, 150), rowsOf(all, 0, 150));
    whole?.add(ordinals.subarray(150, 600), rowsOf(all, 150, 600));
    whole?.add(ordinals.subarray(500, 700), rowsOf(all, 500, 700));
    const steps = [[0, 150] as const, [150, 600] as const, [500, 700] as const].map(
      ([start, end]) => [...(stepped?.addInSteps(ordinals.subarray(start, end), rowsOf(all, start, end)) ?? [])].length,
    );
    // Of one vector each: those that were in the flat index, and those that came.
    expect(steps).toEqual([0, 150 + 450, 200]);
    expect(stepped?.search(queries, { topK: 5 })).toEqual(whole?.search(queries, { topK: 5 }));
  });

  it('answers a search that began before it became a graph', () => {
    const memory = new KernelMemory();
    const index = autoIndex({ ...shape, memory, flatNumbers: 1000 * WIDTH });
    index.add(ordinals.subarray(0, 900), rowsOf(all, 0, 900));
    const expected = index.search(queries, { topK: 5 });
    const steps = index.searchInSteps(queries, { topK: 5 });
    steps.next();
    index.add(ordinals.subarray(900, 1100), rowsOf(all, 900, 1100));
    // Takes the room that the flat index had, where it is free.
    flatIndex({ ...shape, memory }).add(ordinals.subarray(0, 900), rowsOf(all, 1000, 1900));
    expect(resultOf(steps)).toEqual(expected);
    expect(index.explain().index).toBe('hnsw');
  });

  it('stays as it was when what would make it a graph is refused', () => {
    const index = autoIndex({ ...shape, flatNumbers: 100 * WIDTH });
    index.add(ordinals.subarray(0, 90), rowsOf(all, 0, 90));
    const wrong = { ...rowsOf(all, 90, 200), data: rowsOf(all, 90, 200).data.slice().fill(Number.NaN, 5, 6) };
    expect(() => index.add(ordinals.subarray(90, 200), wrong)).toThrow(
      expect.objectContaining({ code: 'SLUICE_INVALID_INPUT', row: 0 }),
    );
    expect(index.explain()).toMatchObject({ index: 'flat', size: 90 });
  });
});

function filled(storage: HnswStorage = 'float32'): AutoIndex {
  const index = autoIndex({ ...shape, storage, flatNumbers: 0 });
  index.add(ordinals, rowsOf(all, 0, ROWS));
  return index;
}

function resultOf<Result>(steps: Generator<undefined, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

function rowsOf({ data, columns }: Matrix, start: number, end: number): Matrix {
  return { data: data.subarray(start * columns, end * columns), rows: end - start, columns };
}
