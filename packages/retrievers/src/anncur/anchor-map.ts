import { type Matrix, unpaced } from '@sluice/core';

/** What a scorer's scores of a few items, the anchors, say of its scores of all. */
export interface AnchorMap {
  /** Ordinals of the items that are scored for every query; distinct. */
  readonly anchors: Uint32Array;
  /**
   * Items x anchors: an item's approximate score is the inner product of its row and the anchors' scores. A vector index
   * over the rows finds the largest without looking at all.
   */
  readonly itemVectors: Matrix;
  /** Singular values of the anchors' scores below this share of the largest count as noise. */
  readonly rcond: number;
}

/** Multiplications between two turns of the event loop: one to two milliseconds. */
const PRODUCTS_A_STEP = 2 ** 20;

/** Every item's approximate score, from the scores of the anchors in their order. */
export function approximateScores(map: AnchorMap, anchorScores: Float32Array): Float32Array {
  return unpaced(approximateSteps(map, anchorScores));
}

/** {@link approximateScores} in steps, for many items beside other work. */
export function* approximateSteps(
  { itemVectors }: AnchorMap,
  anchorScores: Float32Array,
): Generator<void, Float32Array> {
  const { data, rows, columns } = itemVectors;
  const scores = new Float32Array(rows);
  let products = 0;
  for (let row = 0; row < rows; row++) {
    const base = row * columns;
    let sum = 0;
    for (let at = 0; at < columns; at++) sum += (data[base + at] ?? 0) * (anchorScores[at] ?? 0);
    scores[row] = sum;
    products += columns;
    if (products < PRODUCTS_A_STEP) continue;
    products = 0;
    yield;
  }
  return scores;
}
