import { FLOAT32_COLUMNS, type KernelMemory, type Points, scoreFloat32 } from '@sluice/kernels';
import type { Seeding } from '../clustering/first-centroids.js';
import { ProductQuantizer } from '../pq/product-quantizer.js';
import { trainCodebooks } from '../pq/train-codebooks.js';
import { givensSteps } from './givens-steps.js';
import { polarFactor } from './polar-factor.js';
import { Rotation } from './rotation.js';

/** Rounds of k-means between two rotations. */
const ITERATIONS_BETWEEN = 2;
/** Sets of plane rotations in a round. */
const GIVENS_STEPS = 32;

/** How a rotation is learnt. */
export interface RotationOptions {
  readonly memory: KernelMemory;
  /** `procrustes`: the best rotation for the codes of each round; `givens`: plane rotations towards it, far cheaper. */
  readonly method: 'procrustes' | 'givens';
  readonly rounds: number;
  readonly parts: number;
  /** Of k-means, before the first rotation and after the last. */
  readonly iterations: number;
  readonly seeding: Seeding;
  readonly seed: number;
}

/** A rotation and the codebooks for what it turned. */
export interface LearntRotation {
  /** Row-major, orthogonal. */
  readonly matrix: Float32Array;
  readonly codebooks: Float32Array;
  /** Mean squared distance of a rotated point to what its code stands for, before each rotation and at the end. */
  readonly distortions: readonly number[];
}

/**
 * Learns a rotation after which product quantization loses least: codebooks and codes for the rotated points, then a
 * rotation for these codes, and again. The distortion never rises.
 *
 * Source: Ge, He, Ke and Sun, "Optimized product quantization", 2013 (the non-parametric form, from the identity).
 *
 * Cost of a round: points x 256 x width multiplications twice, points x width² twice, and for `procrustes` some thirty
 * times width³.
 */
export function learnRotation(points: Points, options: RotationOptions): LearntRotation {
  const { width } = points;
  let matrix = Float64Array.from({ length: width * width }, (_, at) => Number(at % (width + 1) === 0));
  let codebooks: Float32Array | undefined;
  const distortions: number[] = [];
  for (let round = 0; ; round++) {
    const turned = turn(points, matrix, options.memory);
    const isLast = round === options.rounds;
    const iterations = round === 0 || isLast ? options.iterations : ITERATIONS_BETWEEN;
    codebooks = trainCodebooks(turned, { ...options, iterations, ...(codebooks && { start: codebooks }) });
    const decoded = reconstructed(turned, codebooks, options);
    distortions.push(meanSquaredDistance(turned.data, decoded, points.count));
    if (isLast) return { matrix: Float32Array.from(matrix), codebooks, distortions };
    matrix = better(points, decoded, matrix, options);
  }
}

function better(
  points: Points,
  decoded: Float32Array,
  matrix: Float64Array<ArrayBuffer>,
  { memory, method }: RotationOptions,
): Float64Array<ArrayBuffer> {
  const { width, count } = points;
  const images = { data: decoded, count, stride: width, from: 0, width };
  if (method === 'procrustes') {
    const target = crossProducts(memory, images, points);
    return Float64Array.from(polarFactor(memory, target, Float32Array.from(matrix), width));
  }
  const moments = crossProducts(memory, turn(points, matrix, memory), images);
  givensSteps(matrix, Float64Array.from(moments), width, GIVENS_STEPS);
  return matrix;
}

function turn(points: Points, matrix: Float64Array, memory: KernelMemory): Points {
  const rotation = new Rotation(memory, Float32Array.from(matrix), points.width);
  const turned = rotation.turn(points);
  rotation.close();
  return turned;
}

/** What the codes of the points stand for, row-major. */
function reconstructed(points: Points, codebooks: Float32Array, { memory, parts }: RotationOptions): Float32Array {
  const quantizer = new ProductQuantizer(memory, codebooks, parts);
  const codes = quantizer.encode(points);
  const decoded = new Float32Array(points.count * points.width);
  for (let row = 0; row < points.count; row++) {
    decoded.set(quantizer.decode(codes.subarray(row * parts, (row + 1) * parts)), row * points.width);
  }
  quantizer.close();
  return decoded;
}

/** The sum over all points of (row of `left`) x (row of `right`)ᵀ, width x width. */
function crossProducts(memory: KernelMemory, left: Points, right: Points): Float32Array {
  const { width, count } = left;
  const columns = Math.ceil(count / FLOAT32_COLUMNS) * FLOAT32_COLUMNS;
  const bytes = width * columns * 4;
  const region = memory.allocate(2 * bytes + width * width * 4);
  try {
    const [queries, rows] = [region.float32(0, width * columns), region.float32(bytes, width * columns)];
    fillColumns(queries, left, columns);
    fillColumns(rows, right, columns);
    const scores = region.float32(2 * bytes, width * width);
    scoreFloat32(memory, { metric: 'dot', queries, rows, scores, columns });
    return scores.slice();
  } finally {
    memory.free(region);
  }
}

/** A row for each column of the points. */
function fillColumns(target: Float32Array, { data, count, stride, from, width }: Points, columns: number): void {
  target.fill(0);
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < width; column++) {
      target[column * columns + row] = data[row * stride + from + column] ?? 0;
    }
  }
}

function meanSquaredDistance(left: Float32Array, right: Float32Array, rows: number): number {
  let sum = 0;
  for (let at = 0; at < left.length; at++) sum += ((left[at] ?? 0) - (right[at] ?? 0)) ** 2;
  return sum / rows;
}
