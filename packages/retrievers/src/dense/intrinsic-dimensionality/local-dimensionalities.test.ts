import { type Matrix, seededRandom } from '@sluice/core';
import { clusteredVectors } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { type FlatIndex, flatIndex } from '../flat/flat-index.js';
import { localDimensionalities } from './local-dimensionalities.js';

const WIDTH = 64;

/** The mean over this many of the points has a standard error under 1%, which 3% allows three times. */
const ASKED = 400;

describe('points of a cube of m dimensions, rotated into 64', () => {
  // The means that an independent NumPy script measured for 20,000 points and 100 neighbours.
  it.each([
    { m: 2, mean: 2.01 },
    { m: 5, mean: 4.66 },
    { m: 10, mean: 8.5 },
    { m: 20, mean: 15.0 },
  ])('have the mean dimensionality $mean for m = $m', async ({ m, mean }) => {
    const points = cubeIn64(20_000, m);
    const values = await localDimensionalities(indexOf(points), firstRows(points, ASKED));
    expect(Math.abs(meanOf(values) / mean - 1)).toBeLessThan(0.03);
  });
});

describe('localDimensionalities', () => {
  const points = clusteredVectors(600, 16, 5);

  it('is the same for the same points scaled, and told twice', async () => {
    const values = await localDimensionalities(indexOf(points), points, { neighbours: 20 });
    const scaled = { ...points, data: points.data.map((value) => 8 * value) };
    expect(await localDimensionalities(indexOf(scaled), scaled, { neighbours: 20 })).toEqual(values);
    const twice = indexOf(points);
    twice.add(
      Uint32Array.from({ length: 600 }, (_, row) => 600 + row),
      points,
    );
    // Of 41 neighbours, 2 are the point and its double, and the others come in pairs: 19 pairs and a half.
    const doubled = await localDimensionalities(twice, points, { neighbours: 40 });
    for (const [at, value] of doubled.entries()) expect(Math.abs(value / (values[at] ?? 0) - 1)).toBeLessThan(0.2);
  });

  it('leaves the point itself out under cosine too, where its score is only nearly 1', async () => {
    const unit = { ...points, data: points.data.slice() };
    for (let row = 0; row < unit.rows; row++) normalise(unit.data.subarray(row * 16, (row + 1) * 16));
    const byDistance = await localDimensionalities(indexOf(unit), unit, { neighbours: 30 });
    const byCosine = await localDimensionalities(indexOf(unit, 'cosine'), unit, { neighbours: 30 });
    for (const [at, value] of byCosine.entries()) expect(value / (byDistance[at] ?? 0)).toBeCloseTo(1, 3);
  });

  it('reports progress, and stops when it is told to', async () => {
    const controller = new AbortController();
    const done: number[] = [];
    const run = localDimensionalities(indexOf(points), points, {
      signal: controller.signal,
      onProgress: (progress) => {
        done.push(progress.done);
        if (progress.done === 3) controller.abort(new Error('enough'));
      },
    });
    await expect(run).rejects.toThrow('enough');
    expect(done.slice(0, 3)).toEqual([1, 2, 3]);
    expect(done.length).toBeLessThan(600);
  });

  it('refuses inner products, which have no distances, and a single neighbour', async () => {
    const refusal = (path: string) => expect.objectContaining({ code: 'SLUICE_INVALID_OPTIONS', path });
    await expect(localDimensionalities(indexOf(points, 'dot'), points)).rejects.toThrow(refusal('index'));
    const one = localDimensionalities(indexOf(points), points, { neighbours: 1 });
    await expect(one).rejects.toThrow(refusal('neighbours'));
  });
});

function indexOf(points: Matrix, similarity: 'euclidean' | 'cosine' | 'dot' = 'euclidean'): FlatIndex {
  const index = flatIndex({ dimensions: points.columns, similarity });
  index.add(
    Uint32Array.from({ length: points.rows }, (_, row) => row),
    points,
  );
  return index;
}

/** Uniform points of the m-cube, turned by 200 random Givens rotations. */
function cubeIn64(rows: number, m: number): Matrix {
  const random = seededRandom(m);
  const data = new Float32Array(rows * WIDTH);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < m; column++) data[row * WIDTH + column] = random();
  }
  for (let turn = 0; turn < 200; turn++) {
    const [one, other, angle] = [turn % WIDTH, Math.floor(random() * WIDTH), random() * 6.28];
    if (one !== other) rotate(data, one, other, angle);
  }
  return { data, rows, columns: WIDTH };
}

function rotate(data: Float32Array, one: number, other: number, angle: number): void {
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  for (let start = 0; start < data.length; start += WIDTH) {
    const [left, right] = [data[start + one] ?? 0, data[start + other] ?? 0];
    data[start + one] = cosine * left - sine * right;
    data[start + other] = sine * left + cosine * right;
  }
}

function normalise(row: Float32Array): void {
  const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  for (const [at, value] of row.entries()) row[at] = value / length;
}

function firstRows({ data, columns }: Matrix, rows: number): Matrix {
  return { data: data.subarray(0, rows * columns), rows, columns };
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
