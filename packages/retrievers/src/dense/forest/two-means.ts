import type { ForestPoints } from './forest-points.js';

/** Points that pull a centre towards them. */
const SAMPLES = 200;

/**
 * A plane between two centres of some rows: midway, unit length. All zeros where the centres are equal.
 *
 * Source: Annoy (two_means): two random rows are the first centres; each of 200 random rows pulls the centre to which
 * its distance times the centre's weight is less, so that neither gets all.
 *
 * @param list at least two rows
 */
export function planeBetween(points: ForestPoints, list: Uint32Array, random: () => number): Float32Array {
  const one = Math.floor(random() * list.length);
  const other = (one + 1 + Math.floor(random() * (list.length - 1))) % list.length;
  const [left, right] = [pointAt(points, list[one] ?? 0), pointAt(points, list[other] ?? 0)];
  let [leftWeight, rightWeight] = [1, 1];
  const point = new Float32Array(left.length);
  // Of few rows, more samples than rows would only come twice.
  for (let sample = Math.min(SAMPLES, list.length); sample > 0; sample--) {
    copyPoint(points, list[Math.floor(random() * list.length)] ?? 0, point);
    if (leftWeight * squaredDistance(left, point) < rightWeight * squaredDistance(right, point)) {
      pull(left, leftWeight++, point);
    } else pull(right, rightWeight++, point);
  }
  return midway(left, right);
}

function pointAt(points: ForestPoints, row: number): Float32Array {
  const point = new Float32Array(points.rows.columns + 1);
  copyPoint(points, row, point);
  return point;
}

/** The lift is the last number. */
function copyPoint(points: ForestPoints, row: number, point: Float32Array): void {
  point.set(points.rows.vectors(row, row + 1));
  point[point.length - 1] = points.lift(row);
}

function pull(centre: Float32Array, weight: number, point: Float32Array): void {
  const share = 1 / (weight + 1);
  for (let at = 0; at < point.length; at++) {
    const value = centre[at] ?? 0;
    centre[at] = value + ((point[at] ?? 0) - value) * share;
  }
}

function midway(left: Float32Array, right: Float32Array): Float32Array {
  const plane = new Float32Array(left.length + 1);
  const length = Math.sqrt(squaredDistance(left, right));
  if (length === 0) return plane;
  let offset = 0;
  for (let at = 0; at < left.length; at++) {
    const [from, to] = [left[at] ?? 0, right[at] ?? 0];
    const component = (to - from) / length;
    plane[at] = component;
    offset -= (component * (from + to)) / 2;
  }
  plane[left.length] = offset;
  return plane;
}

function squaredDistance(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < left.length; at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    sum += difference * difference;
  }
  return sum;
}
