import { InvalidOptionsError, type Json, parseOptions, unpaced } from '@sluice/core';
import { z } from 'zod';
import type { Layer } from '../network/layer.js';
import { linearLayer } from '../network/linear-layer.js';
import { reluDropout } from '../network/relu-dropout.js';
import { sequential } from '../network/sequential.js';
import { standardise } from '../network/standard-scales.js';
import { fallingScores, TRUNCATION_FEATURES, truncationFeatures } from './truncation-features.js';

/** A small network over the places at which a list can be cut. */
export interface TruncationModel {
  /** Of each feature over the lists that it learnt from; it reads (feature - mean) / deviation. */
  readonly means: readonly number[];
  readonly deviations: readonly number[];
  /** hidden x features, row-major. */
  readonly weight1: readonly number[];
  readonly bias1: readonly number[];
  /** hidden numbers. */
  readonly weight2: readonly number[];
  readonly bias2: number;
}

const numbers = z.array(z.number());
const schema: z.ZodType<TruncationModel> = z.strictObject({
  means: numbers.length(TRUNCATION_FEATURES),
  deviations: z.array(z.number().positive()).length(TRUNCATION_FEATURES),
  weight1: numbers.min(TRUNCATION_FEATURES),
  bias1: numbers.min(1),
  weight2: numbers.min(1),
  bias2: z.number(),
});

/** @throws {InvalidOptionsError} it is not a model */
export function loadTruncation(json: unknown): TruncationModel {
  const model = parseOptions(schema, json, 'loadTruncation');
  const hidden = model.bias1.length;
  if (model.weight2.length === hidden && model.weight1.length === hidden * TRUNCATION_FEATURES) return model;
  const issues = [{ path: 'weight1', message: `its arrays do not fit ${hidden} hidden numbers` }];
  throw new InvalidOptionsError({ owner: 'loadTruncation', issues });
}

/** A model as JSON: what `loadTruncation` reads. */
export function truncationToJson(model: TruncationModel): { readonly [key: string]: Json } {
  return { ...model };
}

/** The network over given weights, which are kept, not copied. */
export function truncationNetwork(weights: {
  readonly weight1: Float32Array;
  readonly bias1: Float32Array;
  readonly weight2: Float32Array;
  readonly bias2: Float32Array;
}): Layer {
  return sequential([
    linearLayer('linear1', weights.weight1, weights.bias1),
    reluDropout(0, () => 1),
    linearLayer('linear2', weights.weight2, weights.bias2),
  ]);
}

/** How likely each place is the best to cut at, 0 (nothing stays) to n (all stay), as a function of the scores. */
export function cutProbabilities(model: TruncationModel): (falling: Float32Array) => Float64Array {
  const network = truncationNetwork({
    weight1: Float32Array.from(model.weight1),
    bias1: Float32Array.from(model.bias1),
    weight2: Float32Array.from(model.weight2),
    bias2: Float32Array.of(model.bias2),
  });
  return (falling) => {
    const rows = truncationFeatures(falling);
    unpaced(standardise(rows, model));
    return softmax(network.forward(rows, falling.length + 1, 'inference'));
  };
}

/**
 * For each candidate the probability that the best cut is behind it: one number by which it stays or goes, never rising
 * with falling score.
 */
export function stayScores(model: TruncationModel): (scores: Float32Array) => Float32Array {
  const probabilitiesOf = cutProbabilities(model);
  return (scores) => {
    const { falling, order } = fallingScores(scores);
    const probabilities = probabilitiesOf(falling);
    const stays = new Float32Array(scores.length);
    let behind = 0;
    for (let place = scores.length; place > 0; place--) {
      behind += probabilities[place] ?? 0;
      stays[order[place - 1] ?? 0] = behind;
    }
    return stays;
  };
}

/** Probabilities from logits, without overflow. */
export function softmax(logits: Float32Array): Float64Array {
  let top = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > top) top = logit;
  const grown = Float64Array.from(logits, (logit) => Math.exp(logit - top));
  const sum = grown.reduce((all, value) => all + value, 0);
  return grown.map((value) => value / sum);
}
