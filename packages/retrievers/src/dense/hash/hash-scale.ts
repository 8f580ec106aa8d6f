import type { Similarity } from '@sluice/core';
import type { VectorRows } from '../flat/vector-rows.js';
import { lengthOf } from './row-hasher.js';

/** A row longer than all before makes room for others: every change of scale hashes all rows again. */
const LENGTH_SPARE = 1.25;
/** Slots of twice the usual distance tell near from far in few bits. */
const SLOT_DISTANCES = 2;
/** Pairs of rows whose distances are looked at. */
const PAIRS = 101;
/** The distances are measured again when there are so many times as many rows. */
const ROWS_GROWTH = 4;

/** The scale at which rows are hashed, and how many there were when it was chosen. */
export interface HashScale {
  readonly value: number;
  readonly rows: number;
}

/**
 * The scale for the rows as they are now: the same object while the one that is used is still right.
 *
 * Under inner product, no row is longer. Under Euclidean distance, slots are twice as wide as the median distance of
 * rows, taken anew whenever there are four times as many. Under cosine it is always 1.
 *
 * @param longest length of the rows that were added since
 */
export function fittingScale(similarity: Similarity, rows: VectorRows, used: HashScale, longest: number): HashScale {
  if (similarity === 'cosine' || rows.size === 0) return used;
  if (similarity === 'euclidean') {
    if (used.rows > 0 && rows.size < ROWS_GROWTH * used.rows) return used;
    return { value: SLOT_DISTANCES * medianDistance(rows), rows: rows.size };
  }
  if (used.rows > 0 && longest <= used.value) return used;
  return { value: used.rows > 0 ? LENGTH_SPARE * longest : longest, rows: rows.size };
}

/** Of pairs half of the rows apart; 1 where all are equal. */
function medianDistance(rows: VectorRows): number {
  const { size } = rows;
  const count = Math.min(PAIRS, size);
  const distances = Array.from({ length: count }, (_, pair) => {
    const row = Math.floor((pair * size) / count);
    const other = (row + Math.ceil(size / 2)) % size;
    return lengthOf(difference(rows.vectors(row, row + 1), rows.vectors(other, other + 1)));
  }).filter((distance) => distance > 0);
  return distances.sort((left, right) => left - right)[Math.floor(distances.length / 2)] ?? 1;
}

function difference(left: Float32Array, right: Float32Array): Float32Array {
  return left.map((value, at) => value - (right[at] ?? 0));
}
