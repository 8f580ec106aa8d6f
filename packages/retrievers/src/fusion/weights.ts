import { InvalidOptionsError, type SourceRanking } from '@sluice/core';
import { z } from 'zod';

/**
 * How much each source counts: by position, in the order in which the sources are fused, or by the source's name.
 * Finite, none negative, at least one above 0. They need not add up to 1.
 */
export type Weights = readonly number[] | Readonly<Record<string, number>>;

const weight = z.number().nonnegative();

const hasSome = (weights: Weights): boolean => Object.values(weights).some((value) => value > 0);

export const weightsOption: z.ZodType<Weights> = z
  .union([z.array(weight).min(1), z.record(z.string().min(1), weight)])
  .refine(hasSome, 'at least one weight must be above 0');

/**
 * One weight for each source, in their order.
 *
 * @param fallback every source's weight where none are given
 * @throws {InvalidOptionsError} another number of weights than sources, a source without weight, or a weight whose
 *   name no source has
 */
export function weightsOf(
  weights: Weights | undefined,
  sources: readonly SourceRanking[],
  { owner, fallback }: { readonly owner: string; readonly fallback: number },
): Float64Array {
  const names = sources.map(({ source }) => source);
  if (weights === undefined) return new Float64Array(names.length).fill(fallback);
  if (isByPosition(weights)) {
    if (weights.length !== names.length) throw mismatch(owner, `${weights.length} for ${names.length} sources`);
    return Float64Array.from(weights);
  }
  const strangers = Object.keys(weights).filter((name) => !names.includes(name));
  if (strangers.length > 0)
    throw mismatch(owner, `no source is called ${strangers.join(', ')}; there are ${names.join(', ')}`);
  return Float64Array.from(names, (name) => {
    const value = Object.hasOwn(weights, name) ? weights[name] : undefined;
    if (value === undefined) throw mismatch(owner, `there is none for the source ${name}`);
    return value;
  });
}

function isByPosition(weights: Weights): weights is readonly number[] {
  return Array.isArray(weights);
}

function mismatch(owner: string, message: string): InvalidOptionsError {
  return new InvalidOptionsError({ owner, issues: [{ path: 'weights', message }] });
}
