import { parseOptions } from '@sluice/core';
import { z } from 'zod';
import { beta } from './beta.js';
import type { Calibrator } from './calibrator.js';
import { isotonic } from './isotonic.js';
import { platt } from './platt.js';
import { temperature } from './temperature.js';

const ascending = (values: readonly number[], step: (before: number, after: number) => boolean): boolean =>
  values.every((value, at) => at === 0 || step(values[at - 1] ?? value, value));

const calibratorSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('platt'), slope: z.number().positive(), intercept: z.number() }),
  z.strictObject({ kind: z.literal('temperature'), temperature: z.number().positive() }),
  z
    .strictObject({ kind: z.literal('beta'), a: z.number().nonnegative(), b: z.number().nonnegative(), c: z.number() })
    .refine(({ a, b }) => a + b > 0, 'a and b are both 0'),
  z
    .strictObject({
      kind: z.literal('isotonic'),
      scores: z.array(z.number()).min(1).max(1_000_000),
      probabilities: z.array(z.number().min(0).max(1)).min(1),
    })
    .refine(({ scores, probabilities }) => scores.length === probabilities.length, 'lengths differ')
    .refine(({ scores }) => ascending(scores, (before, after) => before < after), 'scores must ascend')
    .refine(({ probabilities }) => ascending(probabilities, (before, after) => before <= after), 'probabilities fall'),
]);

/**
 * A calibrator from its JSON form.
 *
 * @throws {InvalidOptionsError} it is not one that `toJSON` could have written
 */
export function loadCalibrator(json: unknown): Calibrator {
  const saved = parseOptions(calibratorSchema, json, 'loadCalibrator');
  if (saved.kind === 'platt') return platt(saved);
  if (saved.kind === 'temperature') return temperature(saved.temperature);
  if (saved.kind === 'beta') return beta(saved);
  return isotonic(saved);
}
