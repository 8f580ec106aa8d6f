import { type Json, parseOptions } from '@sluice/core';
import { z } from 'zod';
import { floatsFromBase64, floatsToBase64 } from '../base64-floats.js';
import { type AdapterWeights, inputRules, MAX_WIDTH, weightLengths } from './adapter-network.js';
import { type CosineAdapterModel, expectAdapterModel } from './cosine-adapter-model.js';
import { mapFamilies, slopeRules } from './score-map.js';

const FORMAT = 'sluice-cosine-adapter';

/** The written form: numbers as they are, each array of weights as base64 of little-endian float32. */
const savedSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(1),
  family: z.enum(mapFamilies),
  dimensions: z.int().min(1).max(MAX_WIDTH),
  hidden: z.int().min(1).max(MAX_WIDTH),
  slope: z.enum(slopeRules).optional(),
  input: z.enum(inputRules).optional(),
  threshold: z.number().optional(),
  embedder: z.string().min(1).optional(),
  weights: z.record(z.string(), z.string()),
});

/** An adapter as JSON, whole: what `loadCosineAdapter` reads. 155 kB with 384 dimensions and 64 hidden numbers. */
export function cosineAdapterToJson(model: CosineAdapterModel): { readonly [key: string]: Json } {
  const { family, dimensions, hidden, slope, input, threshold, embedder } = model;
  return {
    format: FORMAT,
    version: 1,
    family,
    dimensions,
    hidden,
    ...(slope !== undefined && { slope }),
    ...(input !== undefined && { input }),
    ...(threshold !== undefined && { threshold }),
    ...(embedder !== undefined && { embedder }),
    weights: Object.fromEntries(Object.entries(model.weights).map(([name, values]) => [name, floatsToBase64(values)])),
  };
}

/**
 * An adapter from its JSON form.
 *
 * @throws {InvalidOptionsError} it is not one that `cosineAdapterToJson` could have written
 * @throws {InvalidInputError} its weights are not those of its shape
 */
export function loadCosineAdapter(json: unknown): CosineAdapterModel {
  const { format: _, version: __, weights: encoded, ...shape } = parseOptions(savedSchema, json, 'loadCosineAdapter');
  const weights: Record<string, Float32Array> = {};
  for (const name of Object.keys(weightLengths(shape))) {
    const text = Object.hasOwn(encoded, name) ? encoded[name] : undefined;
    if (text !== undefined) weights[name] = floatsFromBase64(text, name);
  }
  const model = { ...shape, weights: weights satisfies AdapterWeights };
  expectAdapterModel(model);
  return model;
}
