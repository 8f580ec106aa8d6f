import type { Matrix } from '@sluice/core';
import {
  addScaled,
  type ColumnSpectrum,
  columnSpectrum,
  columnsAt,
  keptValues,
  LEAST_RCOND,
  transposedProduct,
} from './column-spectrum.js';

/** One query in so many is held out. */
const FOLD = 5;

/**
 * The cut-off of singular values with which four fifths of the anchor queries foretell the scores of the others best
 * (least squares over all items). Where there are too few queries to hold any out, nothing is cut but noise.
 */
export function* chooseRcondSteps(scores: Matrix, anchors: Uint32Array): Generator<void, number> {
  const heldOut = rowsWhere(scores.rows, (row) => row % FOLD === FOLD - 1);
  const fitted = rowsWhere(scores.rows, (row) => row % FOLD !== FOLD - 1);
  if (heldOut.length === 0 || anchors.length === 0) return LEAST_RCOND;
  const picked = columnsAt(scores, anchors, fitted);
  const spectrum = yield* columnSpectrum(picked, anchors.length);
  const kept = keptValues(spectrum, 0);
  if (kept === 0) return LEAST_RCOND;
  const shared = yield* transposedProduct(picked, anchors.length, rowsOf(scores, fitted), scores.columns);
  // Row j: what direction j adds to the scores of all items, for a coefficient of 1.
  const directions = yield* transposedProduct(transposed(spectrum, kept), kept, shared, scores.columns);
  const errors = new Float64Array(kept);
  for (const row of heldOut) {
    yield* addErrors(errors, scores, { row, anchors, spectrum, directions });
  }
  return between(spectrum, errors.indexOf(Math.min(...errors)) + 1, kept);
}

interface HeldOutRow {
  readonly row: number;
  readonly anchors: Uint32Array;
  readonly spectrum: ColumnSpectrum;
  readonly directions: Float64Array;
}

/** Adds the squared error of one held-out query with the first direction, the first two, and so on. */
function* addErrors(
  errors: Float64Array,
  { data, columns }: Matrix,
  { row, anchors, spectrum, directions }: HeldOutRow,
): Generator<void, void> {
  const truth = data.subarray(row * columns, (row + 1) * columns);
  const remainder = Float64Array.from(truth);
  const given = Float64Array.from(anchors, (anchor) => truth[anchor] ?? 0);
  for (let value = 0; value < errors.length; value++) {
    let coefficient = 0;
    for (let at = 0; at < given.length; at++) {
      coefficient += (given[at] ?? 0) * (spectrum.vectors[value * given.length + at] ?? 0);
    }
    const direction = directions.subarray(value * columns, (value + 1) * columns);
    addScaled(remainder, 0, direction, -coefficient / (spectrum.squares[value] ?? 1));
    errors[value] = (errors[value] ?? 0) + sumOfSquares(remainder);
    yield;
  }
}

function sumOfSquares(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}

/** A share that lies between the last of `count` values and the next, by their ratio. */
function between({ squares }: ColumnSpectrum, count: number, kept: number): number {
  const share = (at: number): number => Math.sqrt((squares[at] ?? 0) / (squares[0] ?? 1));
  return count === kept ? LEAST_RCOND : Math.sqrt(share(count - 1) * share(count));
}

function transposed({ squares, vectors }: ColumnSpectrum, kept: number): Float64Array {
  const width = squares.length;
  const turned = new Float64Array(width * kept);
  for (let row = 0; row < width; row++) {
    for (let column = 0; column < kept; column++) turned[row * kept + column] = vectors[column * width + row] ?? 0;
  }
  return turned;
}

function rowsWhere(rows: number, keep: (row: number) => boolean): Uint32Array {
  return Uint32Array.from({ length: rows }, (_, row) => row).filter(keep);
}

function rowsOf({ data, columns }: Matrix, rows: Uint32Array): Float32Array {
  const picked = new Float32Array(rows.length * columns);
  for (const [at, row] of rows.entries()) {
    picked.set(data.subarray(row * columns, (row + 1) * columns), at * columns);
  }
  return picked;
}
