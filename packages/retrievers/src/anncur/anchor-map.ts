import type { Matrix } from '@sluice/core';

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

/** Every item's approximate score, from the scores of the anchors in their order. */
export function approximateScores({ itemVectors }: AnchorMap, anchorScores: Float32Array): Float32Array {
  const { data, rows, columns } = itemVectors;
  const scores = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const base = row * columns;
    let sum = 0;
    for (let at = 0; at < columns; at++) sum += (data[base + at] ?? 0) * (anchorScores[at] ?? 0);
    scores[row] = sum;
  }
  return scores;
}
