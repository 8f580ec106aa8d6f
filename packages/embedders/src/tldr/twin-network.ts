import type { Matrix } from '@sluice/core';
import { barlowTwinsLoss } from './barlow-twins-loss.js';
import { batchNorm, batchNormGradient, type NormalizedBatch } from './batch-norm.js';
import type { MatrixProducts } from './matrix-products.js';

/**
 * The weights that are trained. The encoder is two factors whose product is the map; the projector behind it is thrown
 * away afterwards. Every matrix has a row for each of its outputs.
 */
export interface TwinWeights {
  /** First factor, inner x inputs. */
  readonly inner: Matrix;
  /** Second factor, outputs x inner. */
  readonly outer: Matrix;
  /** Projector's hidden layer, hidden x outputs: no bias, normalised by batch, then ReLU. */
  readonly hidden: Matrix;
  /** Projector's last layer, projected x hidden. */
  readonly last: Matrix;
}

/** The loss of a pair of batches, and its gradient by every weight. */
export interface TwinGradients {
  readonly loss: number;
  readonly gradients: TwinWeights;
}

/** What a view was at every layer. */
interface View {
  readonly input: Matrix;
  readonly inner: Matrix;
  readonly encoded: Matrix;
  readonly normalized: NormalizedBatch;
  /** After ReLU. */
  readonly hidden: Matrix;
  readonly projected: Matrix;
}

/** One pass forward and back over a batch of neighbours, `one` and `other` row by row. */
export function* twinGradients(
  products: MatrixProducts,
  weights: TwinWeights,
  { one, other }: { readonly one: Matrix; readonly other: Matrix },
  offDiagonal: number,
): Generator<void, TwinGradients> {
  const first = yield* forward(products, weights, one);
  const second = yield* forward(products, weights, other);
  const twins = yield* barlowTwinsLoss(products, first.projected, second.projected, offDiagonal);
  const left = yield* backward(products, weights, first, twins.first);
  const right = yield* backward(products, weights, second, twins.second);
  for (const layer of ['inner', 'outer', 'hidden', 'last'] as const) {
    addTo(left[layer].data, right[layer].data);
    yield;
  }
  return { loss: twins.loss, gradients: left };
}

function* forward(products: MatrixProducts, weights: TwinWeights, input: Matrix): Generator<void, View> {
  const inner = yield* products.byRows(input, weights.inner);
  const encoded = yield* products.byRows(inner, weights.outer);
  const linear = yield* products.byRows(encoded, weights.hidden);
  const normalized = batchNorm(linear);
  yield;
  const hidden = { ...normalized.values, data: normalized.values.data.map((value) => Math.max(0, value)) };
  const projected = yield* products.byRows(hidden, weights.last);
  return { input, inner, encoded, normalized, hidden, projected };
}

function* backward(
  products: MatrixProducts,
  weights: TwinWeights,
  view: View,
  byProjected: Matrix,
): Generator<void, TwinWeights> {
  const last = yield* products.outer(byProjected, view.hidden);
  const byHidden = yield* products.of(byProjected, weights.last);
  for (let at = 0; at < byHidden.data.length; at++) if (view.hidden.data[at] === 0) byHidden.data[at] = 0;
  const byLinear = batchNormGradient(view.normalized, byHidden);
  yield;
  const hidden = yield* products.outer(byLinear, view.encoded);
  const byEncoded = yield* products.of(byLinear, weights.hidden);
  const outer = yield* products.outer(byEncoded, view.inner);
  const byInner = yield* products.of(byEncoded, weights.outer);
  return { inner: yield* products.outer(byInner, view.input), outer, hidden, last };
}

function addTo(target: Float32Array, added: Float32Array): void {
  for (let at = 0; at < target.length; at++) target[at] = (target[at] ?? 0) + (added[at] ?? 0);
}
