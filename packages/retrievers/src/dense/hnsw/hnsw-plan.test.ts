import type { Matrix } from '@sluice/core';
import { clusteredVectors, recallOf } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { flatIndex } from '../flat/flat-index.js';
import { type HnswIndex, hnswIndex, loadHnswIndex } from './hnsw-index.js';
import type { HnswStorage } from './hnsw-options.js';

const ROWS = 3000;
const WIDTH = 24;
const shape = { dimensions: WIDTH, similarity: 'cosine' as const };
const vectors = clusteredVectors(ROWS, WIDTH, 21);
const queries = clusteredVectors(200, WIDTH, 22);
const ordinals = Uint32Array.from({ length: ROWS }, (_, row) => row);
const truth = flatIndex(shape);
truth.add(ordinals, vectors);

describe('a plan', () => {
  it('compares all where no beam is sure of the recall', () => {
    const index = filled('float32');
    index.calibrate(queries);
    expect(index.plan({ topK: 10, recall: 0.9 }).method).toBe('walk');
    expect(index.plan({ topK: 10, recall: 0.9999 })).toMatchObject({ method: 'scan', measuredRecall: 1 });
    const found = index.search(queries, { topK: 10, recall: 0.9999 });
    expect(found).toEqual(truth.search(queries, { topK: 10 }));
  });

  it('states of a scan of compact rows what it finds of what was added', () => {
    const index = filled('compact');
    expect(index.plan({ topK: 10, recall: 1 }).measuredRecall).toBeUndefined();
    index.calibrate(queries);
    const { measuredRecall = 0 } = index.plan({ topK: 10, recall: 1 });
    const found = index.search(queries, { topK: 10, recall: 1 });
    const recall = recallOf(found, truth.search(queries, { topK: 10 }));
    expect(recall).toBeLessThan(1);
    // Of 2,000 neighbours: four standard errors of what is missed.
    expect(Math.abs(measuredRecall - recall)).toBeLessThan(4 * Math.sqrt((1 - recall) / 2000));
  });
});

describe('a measurement', () => {
  it('is due again when a tenth was removed, whatever was compacted since, and after loading', () => {
    const index = filled('float32');
    index.calibrate(queries);
    // More than a quarter: what was removed is no longer there as stepping stones.
    index.remove(ordinals.subarray(0, 800));
    expect(index.calibration).toMatchObject({ size: ROWS, removed: 800 });
    for (const each of [index, loadHnswIndex(index.save())]) expect(each.needsCalibration).toBe(true);
    expect(index.calibrate(queries)).toMatchObject({ size: ROWS - 800, removed: 0 });
    expect(index.needsCalibration).toBe(false);
  });

  it('is due again when a tenth was replaced, little by little', () => {
    const index = filled('float32');
    index.calibrate(queries);
    for (let start = 0; start < 300; start += 100) {
      index.add(ordinals.subarray(start, start + 100), rowsOf(vectors, start, start + 100));
    }
    expect(index.needsCalibration).toBe(false);
    index.add(ordinals.subarray(0, 1), rowsOf(vectors, 0, 1));
    expect(index.needsCalibration).toBe(true);
  });
});

describe('a search in steps', () => {
  it.each([0.9, 1])('for %d answers as one at once, and measures in steps', (recall) => {
    const index = filled('float32');
    const steps = index.searchInSteps(queries, { topK: 7, recall });
    const found = resultOf(steps);
    expect(found).toEqual(index.search(queries, { topK: 7, recall }));
    expect(index.calibration?.source).toBe(recall < 1 ? 'stored' : undefined);
  });

  it('measures nothing at once where the measurement was given up', () => {
    const index = filled('float32');
    const steps = index.searchInSteps(rowsOf(queries, 0, 2), { topK: 7, recall: 0.9 }, queries);
    for (let step = 0; step < 20; step++) steps.next();
    index.remove(ordinals.subarray(0, 1));
    expect(resultOf(steps).ordinals).toHaveLength(14);
    expect(index.calibration).toBeUndefined();
  });

  it('starts a scan over when something is removed between two steps', () => {
    const index = filled('float32');
    const steps = index.searchInSteps(queries, { topK: 7, recall: 1 });
    for (let step = 0; step < 3; step++) steps.next();
    index.remove(ordinals.subarray(0, 2000));
    expect(resultOf(steps)).toEqual(index.search(queries, { topK: 7, recall: 1 }));
  });
});

function filled(storage: HnswStorage): HnswIndex {
  const index = hnswIndex({ ...shape, storage, scanBelow: 0 });
  index.add(ordinals, vectors);
  return index;
}

function rowsOf({ data, columns }: Matrix, start: number, end: number): Matrix {
  return { data: data.subarray(start * columns, end * columns), rows: end - start, columns };
}

function resultOf<Result>(steps: Generator<undefined, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
