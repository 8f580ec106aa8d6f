import { InvalidInputError, type Matrix, paced, parseOptions } from '@sluice/core';
import { z } from 'zod';
import type { AnchorMap } from './anchor-map.js';
import { chooseRcondSteps } from './choose-rcond.js';
import {
  addScaled,
  type ColumnSpectrum,
  columnSpectrum,
  columnsAt,
  keptValues,
  transposedProduct,
} from './column-spectrum.js';

/** What {@link fitAnchorMap} fits. */
export interface FitAnchorMapOptions {
  /** Exact scores, anchor queries x items: what `scoreMatrix` gives. Finite. */
  readonly scores: Matrix;
  /** Ordinals of the items to score for every query, distinct. Many fewer than there are anchor queries. */
  readonly anchors: Uint32Array;
  /**
   * Singular values of the anchors' scores below this share of the largest are left out, 0 to below 1.
   * @default what foretells the scores of every fifth anchor query best from the others
   */
  readonly rcond?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const schema: z.ZodType<{ rcond?: number | undefined }> = z.strictObject({ rcond: z.number().min(0).lt(1).optional() });

/**
 * Learns to foretell a scorer's scores of all items from those of the anchors: no training, one pseudo-inverse.
 *
 * With as many anchors as anchor queries the pseudo-inverse is unstable, and noise decides: have several times as many
 * queries, or let `rcond` be chosen. Scores are not centred: that would change what few anchors can express.
 *
 * Cost: queries x anchors x items multiplications, in double precision and in steps of one to two milliseconds.
 *
 * Source: Yadav et al. 2022, "Efficient nearest neighbor search for cross-encoder models using matrix factorization"
 * (arXiv 2210.12579).
 *
 * @throws {InvalidInputError} an anchor is not an item or comes twice, or a score is not finite
 * @throws {InvalidOptionsError} `rcond` is out of range
 * @throws the signal's `reason`, once it has fired
 */
export async function fitAnchorMap({ scores, anchors, signal, ...rest }: FitAnchorMapOptions): Promise<AnchorMap> {
  const { rcond } = parseOptions(schema, rest, 'fitAnchorMap');
  expectAnchors(anchors, scores);
  signal?.throwIfAborted();
  return paced(fitSteps(scores, anchors, rcond), signal);
}

function* fitSteps(scores: Matrix, anchors: Uint32Array, asked: number | undefined): Generator<void, AnchorMap> {
  const rcond = asked ?? (yield* chooseRcondSteps(scores, anchors));
  const rows = Uint32Array.from({ length: scores.rows }, (_, row) => row);
  const picked = columnsAt(scores, anchors, rows);
  const spectrum = yield* columnSpectrum(picked, anchors.length);
  const shared = yield* transposedProduct(picked, anchors.length, scores.data, scores.columns);
  return { anchors, itemVectors: yield* itemVectors(spectrum, shared, scores.columns, rcond), rcond };
}

/** pinv(A) R transposed, items x anchors, from AᵀR: pinv(A) = V Λ⁻¹ Vᵀ Aᵀ with the eigenvectors of AᵀA. */
function* itemVectors(
  spectrum: ColumnSpectrum,
  shared: Float64Array,
  items: number,
  rcond: number,
): Generator<void, Matrix> {
  const count = spectrum.squares.length;
  const inverse = new Float64Array(count * count);
  for (let value = 0; value < keptValues(spectrum, rcond); value++) {
    const vector = spectrum.vectors.subarray(value * count, (value + 1) * count);
    const square = spectrum.squares[value] ?? 1;
    for (let row = 0; row < count; row++) addScaled(inverse, row * count, vector, (vector[row] ?? 0) / square);
    yield;
  }
  const product = yield* transposedProduct(shared, items, inverse, count);
  return { data: Float32Array.from(product), rows: items, columns: count };
}

function expectAnchors(anchors: Uint32Array, { rows, columns, data }: Matrix): void {
  const advice = 'Pass distinct ordinals below the number of items: randomAnchors() draws some.';
  for (const [row, anchor] of anchors.entries()) {
    if (anchor >= columns) {
      const problem = `item ${anchor} is an anchor, and there are ${columns} items`;
      throw new InvalidInputError({ source: 'anchors', row }, problem, advice);
    }
  }
  if (new Set(anchors).size !== anchors.length) {
    throw new InvalidInputError({ source: 'anchors' }, 'an item comes twice', advice);
  }
  const wrong = data.findIndex((score) => !Number.isFinite(score));
  if (wrong >= 0 && rows > 0) {
    const position = { source: 'scores', row: Math.floor(wrong / columns) };
    throw new InvalidInputError(position, `${data[wrong]} is not a score`, 'Pass finite scores.');
  }
}
