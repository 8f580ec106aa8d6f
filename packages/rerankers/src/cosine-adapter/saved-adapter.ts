import { InvalidInputError, type Json, parseOptions } from '@sluice/core';
import { z } from 'zod';
import { type AdapterWeights, weightLengths } from './adapter-network.js';
import { type CosineAdapterModel, expectAdapterModel } from './cosine-adapter-model.js';
import { mapFamilies, slopeRules } from './score-map.js';

const FORMAT = 'sluice-cosine-adapter';
const MAX_WIDTH = 16_384;

/** The written form: numbers as they are, each array of weights as base64 of little-endian float32. */
const savedSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(1),
  family: z.enum(mapFamilies),
  dimensions: z.int().min(1).max(MAX_WIDTH),
  hidden: z.int().min(1).max(MAX_WIDTH),
  slope: z.enum(slopeRules).optional(),
  threshold: z.number().optional(),
  embedder: z.string().min(1).optional(),
  weights: z.record(z.string(), z.string()),
});

/** An adapter as JSON, whole: what `loadCosineAdapter` reads. 155 kB with 384 dimensions and 64 hidden numbers. */
export function cosineAdapterToJson(model: CosineAdapterModel): { readonly [key: string]: Json } {
  const { family, dimensions, hidden, slope, threshold, embedder } = model;
  return {
    format: FORMAT,
    version: 1,
    family,
    dimensions,
    hidden,
    ...(slope !== undefined && { slope }),
    ...(threshold !== undefined && { threshold }),
    ...(embedder !== undefined && { embedder }),
    weights: Object.fromEntries(Object.entries(model.weights).map(([name, values]) => [name, toBase64(values)])),
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
    if (text !== undefined) weights[name] = fromBase64(text, name);
  }
  const model = { ...shape, weights: weights satisfies AdapterWeights };
  expectAdapterModel(model);
  return model;
}

function toBase64(values: Float32Array): string {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of values.entries()) view.setFloat32(4 * at, value, true);
  return Buffer.from(bytes).toString('base64');
}

function fromBase64(text: string, name: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % 4 !== 0) {
    const problem = `its weights '${name}' have ${bytes.length} bytes, and float32 has 4`;
    throw new InvalidInputError({ source: 'adapter model' }, problem, 'Write the file again.');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => view.getFloat32(4 * at, true));
}
