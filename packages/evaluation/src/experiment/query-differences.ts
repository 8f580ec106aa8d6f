import { compareUtf8 } from '@sluice/core';
import type { Evaluation } from '../evaluate.js';
import { countOutcomes } from './compare-runs.js';

/** One query's values under two systems. */
export interface QueryDifference {
  readonly queryId: string;
  readonly system: number;
  readonly baseline: number;
  /** System minus baseline. */
  readonly difference: number;
}

/** Where two systems differ. */
export interface QueryDifferences {
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
  /** The queries that the system improves most, the greatest improvement first. */
  readonly best: readonly QueryDifference[];
  /** The queries that it harms most, the greatest harm first. */
  readonly worst: readonly QueryDifference[];
}

/**
 * Compares two systems query by query.
 *
 * @param measure name of a measure that both evaluations have
 * @param count how many of the best and worst queries are listed; equal differences by query id
 * @throws {RangeError} the measure was not evaluated
 */
export function queryDifferences(
  system: Evaluation,
  baseline: Evaluation,
  measure: string,
  { count = 10 }: { count?: number } = {},
): QueryDifferences {
  const ours = system.valuesOf(measure);
  const theirs = baseline.valuesOf(measure);
  const all = system.queryIds.map((queryId, at): QueryDifference => {
    const value = ours[at] ?? 0;
    const reference = theirs[at] ?? 0;
    return { queryId, system: value, baseline: reference, difference: value - reference };
  });
  const rising = all.toSorted(
    (left, right) => left.difference - right.difference || compareUtf8(left.queryId, right.queryId),
  );
  const falling = all.toSorted(
    (left, right) => right.difference - left.difference || compareUtf8(left.queryId, right.queryId),
  );
  return {
    ...countOutcomes(ours, theirs),
    best: falling.filter(({ difference }) => difference > 0).slice(0, count),
    worst: rising.filter(({ difference }) => difference < 0).slice(0, count),
  };
}
