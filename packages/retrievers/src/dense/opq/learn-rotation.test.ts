import { KernelMemory, type Points } from '@sluice/kernels';
import { clusteredVectors, seededNormal } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { givensSteps } from './givens-steps.js';
import { learnRotation } from './learn-rotation.js';
import { polarFactor } from './polar-factor.js';

const memory = new KernelMemory();
const fixed = { memory, rounds: 8, parts: 4, iterations: 6, seeding: 'sample' as const, seed: 1 };

describe.each(['procrustes', 'givens'] as const)('learnRotation by %s', (method) => {
  it.each([16, 21, 40])('stays orthogonal and never raises the distortion, %d columns', (width) => {
    const { matrix, distortions } = learnRotation(correlated(600, width), { ...fixed, method });
    expect(offOrthogonal(matrix, width)).toBeLessThan(1e-5);
    expect(distortions).toHaveLength(9);
    for (const [at, now] of distortions.entries()) {
      // Points are turned in float32: six digits.
      expect(now).toBeLessThanOrEqual((distortions[at - 1] ?? Number.POSITIVE_INFINITY) * (1 + 1e-5));
    }
  });

  it('loses less than no rotation where columns of different parts go together', () => {
    const { distortions } = learnRotation(correlated(600, 16), { ...fixed, method });
    expect(distortions.at(-1)).toBeLessThan(0.95 * (distortions[0] ?? 0));
  });

  it('gives the same bits again and leaves no memory behind', () => {
    const points = correlated(300, 16);
    const before = memory.usedBytes;
    expect(learnRotation(points, { ...fixed, method })).toEqual(learnRotation(points, { ...fixed, method }));
    expect(memory.usedBytes).toBe(before);
  });
});

describe('polarFactor', () => {
  it('recovers the rotation of turned and stretched points', () => {
    const width = 12;
    const rotation = randomRotation(width, 5);
    // A rotation times a symmetric matrix with a positive diagonal that outweighs each row is its polar form.
    const normal = seededNormal(9);
    const symmetric = new Float32Array(width * width);
    for (let row = 0; row < width; row++) {
      for (let column = 0; column <= row; column++) {
        const value = row === column ? 3 + row : 0.05 * normal();
        symmetric[row * width + column] = value;
        symmetric[column * width + row] = value;
      }
    }
    const found = polarFactor(memory, product(rotation, symmetric, width), rotation, width);
    for (const [at, value] of found.entries()) expect(Math.abs(value - (rotation[at] ?? 0))).toBeLessThan(1e-4);
  });

  it('stays near the fallback where the matrix says nothing', () => {
    const fallback = randomRotation(6, 2);
    const found = polarFactor(memory, new Float32Array(36), fallback, 6);
    expect(found).toEqual(fallback);
    const one = new Float32Array(36);
    one[0] = 5;
    expect(offOrthogonal(polarFactor(memory, one, fallback, 6), 6)).toBeLessThan(1e-5);
  });
});

it('givensSteps ends where the moments are symmetric: the best that any rotation can do', () => {
  const width = 8;
  const normal = seededNormal(4);
  const target = Float32Array.from({ length: width * width }, (_, at) => normal() + (at % (width + 1) === 0 ? 4 : 0));
  const rotation = Float64Array.from({ length: width * width }, (_, at) => Number(at % (width + 1) === 0));
  const moments = Float64Array.from(target);
  givensSteps(rotation, moments, width, 500);
  expect(offOrthogonal(Float32Array.from(rotation), width)).toBeLessThan(1e-5);
  for (let row = 0; row < width; row++) {
    for (let column = 0; column < row; column++) {
      const difference = (moments[row * width + column] ?? 0) - (moments[column * width + row] ?? 0);
      expect(Math.abs(difference)).toBeLessThan(1e-3);
    }
  }
  // R maximises the trace of R M: it is the transposed polar factor of M.
  const best = polarFactor(memory, transposed(target, width), Float32Array.from(rotation), width);
  for (const [at, value] of best.entries()) expect(Math.abs(value - (rotation[at] ?? 0))).toBeLessThan(0.02);
});

/** Clusters whose columns are then mixed by a random rotation, so that parts go together. */
function correlated(rows: number, width: number): Points {
  const { data } = clusteredVectors(rows, width, 3);
  const stretched = data.map((value, at) => value / (1 + (at % width)));
  const mix = randomRotation(width, 7);
  const mixed = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let to = 0; to < width; to++) {
      let sum = 0;
      for (let from = 0; from < width; from++)
        sum += (mix[to * width + from] ?? 0) * (stretched[row * width + from] ?? 0);
      mixed[row * width + to] = sum;
    }
  }
  return { data: mixed, count: rows, stride: width, from: 0, width };
}

/** Rows made orthogonal one after the other. */
function randomRotation(width: number, seed: number): Float32Array {
  const normal = seededNormal(seed);
  const rows: number[][] = [];
  for (let row = 0; row < width; row++) {
    let vector = Array.from({ length: width }, () => normal());
    for (const other of [...rows, ...rows]) {
      const along = other.reduce((sum, value, at) => sum + value * (vector[at] ?? 0), 0);
      vector = vector.map((value, at) => value - along * (other[at] ?? 0));
    }
    const length = Math.hypot(...vector);
    rows.push(vector.map((value) => value / length));
  }
  return Float32Array.from(rows.flat());
}

function product(left: Float32Array, right: Float32Array, width: number): Float32Array {
  return Float32Array.from({ length: width * width }, (_, at) => {
    let sum = 0;
    const [row, column] = [Math.floor(at / width), at % width];
    for (let k = 0; k < width; k++) sum += (left[row * width + k] ?? 0) * (right[k * width + column] ?? 0);
    return sum;
  });
}

function transposed(matrix: Float32Array, width: number): Float32Array {
  return matrix.map((_, at) => matrix[(at % width) * width + Math.floor(at / width)] ?? 0);
}

/** Frobenius' norm of RᵀR - 1. */
function offOrthogonal(matrix: Float32Array, width: number): number {
  const gram = product(transposed(matrix, width), matrix, width);
  return Math.sqrt(gram.reduce((sum, value, at) => sum + (value - Number(at % (width + 1) === 0)) ** 2, 0));
}
