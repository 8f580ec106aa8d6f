import { InvalidInputError } from '@sluice/core';

/**
 * Differences of paired values, `system - baseline`.
 *
 * @throws {InvalidInputError} the lists differ in length or there are fewer than two pairs
 */
export function pairedDifferences(system: ArrayLike<number>, baseline: ArrayLike<number>): Float64Array {
  if (system.length !== baseline.length || system.length < 2) {
    throw new InvalidInputError(
      { source: 'values' },
      `there are ${system.length} values of the system and ${baseline.length} of the baseline`,
      'Compare values of the same queries, at least two of them.',
    );
  }
  return Float64Array.from(system, (value, at) => value - (baseline[at] ?? Number.NaN));
}

/** The mean of some numbers; NaN where there are none. */
export function meanOf(values: ArrayLike<number>): number {
  let total = 0;
  for (let at = 0; at < values.length; at++) total += values[at] ?? 0;
  return total / values.length;
}
