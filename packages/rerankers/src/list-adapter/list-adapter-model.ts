import { InvalidInputError, type Json, parseOptions } from '@sluice/core';
import { z } from 'zod';
import { type PriorShift, priorShift } from '../relevance/prior-shift.js';
import { type CandidateScores, listFeatures, writeListFeatures } from './list-features.js';

/** A logistic regression over list features: logit = intercept + sum of weight times feature. */
export interface ListAdapterModel {
  /** Whether the lexical features are there. */
  readonly sources: 'lexical' | 'dense-only';
  /** One a feature, in the order of `listFeatures`, on the features' own scales. */
  readonly weights: readonly number[];
  readonly intercept: number;
  /** Candidates in the lists that it learnt from; features of longer or shorter lists mean something else. */
  readonly depth: number;
  /** The logit that a result must reach, chosen on queries of its own; absent where nobody chose one. */
  readonly threshold?: number | undefined;
}

const modelSchema: z.ZodType<ListAdapterModel> = z
  .strictObject({
    sources: z.enum(['lexical', 'dense-only']),
    weights: z.array(z.number()),
    intercept: z.number(),
    depth: z.int().min(1),
    threshold: z.number().optional(),
  })
  .refine(({ sources, weights }) => weights.length === listFeatures(sources).length, 'one weight a feature');

/** A model as JSON: what `loadListAdapter` reads. */
export function listAdapterToJson(model: ListAdapterModel): { readonly [key: string]: Json } {
  const { sources, weights, intercept, depth, threshold } = model;
  return { sources, weights, intercept, depth, ...(threshold !== undefined && { threshold }) };
}

/**
 * The same model for a collection in which another share of the candidates is relevant; see `priorShift`. The threshold
 * moves along, so that only probabilities change.
 *
 * @throws {InvalidOptionsError} a share is not between 0 and 1
 */
export function shiftListAdapter(model: ListAdapterModel, shift: PriorShift): ListAdapterModel {
  const added = priorShift(shift);
  const threshold = model.threshold === undefined ? undefined : model.threshold + added;
  return { ...model, intercept: model.intercept + added, threshold };
}

/** @throws {InvalidOptionsError} it is not a model */
export function loadListAdapter(json: unknown): ListAdapterModel {
  return parseOptions(modelSchema, json, 'loadListAdapter');
}

/** Logits from features, row-major. */
export function listLogits({ weights, intercept }: ListAdapterModel, features: Float64Array): Float32Array {
  const width = weights.length;
  const logits = new Float32Array(features.length / width);
  for (let row = 0; row < logits.length; row++) {
    let logit = intercept;
    for (let at = 0; at < width; at++) logit += (weights[at] ?? 0) * (features[row * width + at] ?? 0);
    logits[row] = logit;
  }
  return logits;
}

/**
 * Logits of one list's candidates, in their order. A model without lexical features does not read lexical scores.
 *
 * @throws {InvalidInputError} the model has lexical features, and there are no lexical scores
 */
export function candidateLogits(model: ListAdapterModel, { dense, lexical }: CandidateScores): Float32Array {
  const wantsLexical = model.sources === 'lexical';
  if (wantsLexical && !lexical) {
    const problem = 'the model reads lexical scores, and there are none';
    throw new InvalidInputError({ source: 'scores' }, problem, 'Give them, or fit a model on dense scores alone.');
  }
  const features = new Float64Array(dense.length * model.weights.length);
  writeListFeatures({ dense, lexical: wantsLexical ? lexical : undefined }, features, 0);
  return listLogits(model, features);
}
