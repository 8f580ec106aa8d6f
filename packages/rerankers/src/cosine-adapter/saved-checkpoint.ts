import { type Json, parseOptions } from '@sluice/core';
import { z } from 'zod';
import { floatsFromBase64, floatsToBase64 } from '../base64-floats.js';
import type { AdapterCheckpoint } from './train-cosine-adapter.js';

const arrays = z.record(z.string(), z.string());
const schema = z.strictObject({
  made: z.int().nonnegative(),
  weights: arrays,
  steps: z.int().nonnegative(),
  first: z.array(z.string()),
  second: z.array(z.string()),
  best: z.strictObject({ epoch: z.int().nonnegative(), area: z.number(), weights: arrays }),
});

/** Where a training stands, as JSON: what `loadCheckpoint` reads. */
export function checkpointToJson({ made, weights, optimizer, best }: AdapterCheckpoint): {
  readonly [key: string]: Json;
} {
  return {
    made,
    weights: encoded(weights),
    steps: optimizer.steps,
    first: optimizer.first.map(floatsToBase64),
    second: optimizer.second.map(floatsToBase64),
    best: { epoch: best.epoch, area: best.area, weights: encoded(best.weights) },
  };
}

/** @throws {InvalidOptionsError} it is not one that `checkpointToJson` could have written */
export function loadCheckpoint(json: unknown): AdapterCheckpoint {
  const { made, weights, steps, first, second, best } = parseOptions(schema, json, 'loadCheckpoint');
  const moments = (texts: readonly string[]): Float32Array[] => texts.map((text) => floatsFromBase64(text, 'moments'));
  return {
    made,
    weights: decoded(weights),
    optimizer: { steps, first: moments(first), second: moments(second) },
    best: { ...best, weights: decoded(best.weights) },
  };
}

function encoded(weights: Readonly<Record<string, Float32Array>>): Record<string, string> {
  return Object.fromEntries(Object.entries(weights).map(([name, values]) => [name, floatsToBase64(values)]));
}

function decoded(texts: Readonly<Record<string, string>>): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, floatsFromBase64(text, name)]));
}
