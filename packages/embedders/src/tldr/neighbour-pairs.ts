import { type Matrix, shuffled } from '@sluice/core';
import type { MatrixProducts } from './matrix-products.js';
import { nearestRows } from './nearest-rows.js';

/** Neighbours that are counted when maps are compared. */
export const COUNTED_NEIGHBOURS = 10;
/** Of the documents. */
const HELD_OUT_SHARE = 0.1;
const MOST_HELD_OUT = 500;

/** Documents to train on with their neighbours, and others to judge by. */
export interface NeighbourPairs {
  readonly training: Matrix;
  /** `neighbours` rows of `training` for each of its rows, never itself. */
  readonly partners: Uint32Array;
  readonly neighbours: number;
  readonly heldOut: Matrix;
  /** {@link COUNTED_NEIGHBOURS} rows of `training` for each held-out row, or all where there are fewer. */
  readonly nearest: Uint32Array;
}

/** Holds out a tenth at random and finds the neighbours of all among the rest, by inner product. */
export function* neighbourPairs(
  products: MatrixProducts,
  vectors: Matrix,
  neighbours: number,
  random: () => number,
): Generator<void, NeighbourPairs> {
  const order = shuffled(vectors.rows, random);
  const count = Math.min(MOST_HELD_OUT, Math.ceil(HELD_OUT_SHARE * vectors.rows));
  const heldOut = rowsOf(vectors, order.subarray(0, count));
  const training = rowsOf(vectors, order.subarray(count));
  const self = Int32Array.from({ length: training.rows }, (_, row) => row);
  const kept = Math.min(neighbours, training.rows - 1);
  const partners = yield* nearestRows(products, training, training, self, kept);
  const counted = Math.min(COUNTED_NEIGHBOURS, training.rows);
  const nearest = yield* nearestRows(products, heldOut, training, new Int32Array(count).fill(-1), counted);
  return { training, partners, neighbours: kept, heldOut, nearest };
}

/** Copies of chosen rows, in the order of the choice. */
export function rowsOf({ data, columns }: Matrix, chosen: Uint32Array): Matrix {
  const rows = new Float32Array(chosen.length * columns);
  for (const [at, row] of chosen.entries()) rows.set(data.subarray(row * columns, (row + 1) * columns), at * columns);
  return { data: rows, rows: chosen.length, columns };
}
