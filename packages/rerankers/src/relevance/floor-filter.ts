import { mapInSlices, type Ranking, type RelevanceFilter, type StageSpec } from '@sluice/core';
import { z } from 'zod';
import { requiredColumn } from '../required-column.js';

/** What every filter of this folder takes. */
export interface FloorFilterOptions {
  /**
   * The score column that decides: a source's name, or `probability`.
   * @default 'dense', or 'probability' where the filter reads probabilities
   */
  readonly column?: string | undefined;
  /**
   * Results that stay whatever their score, counted from the top. Report it with Null%.
   * @default 0
   */
  readonly minKeep?: number | undefined;
}

/** The fields of {@link FloorFilterOptions}, for the schemas of the filters. */
export function floorFilterFields(column: string): {
  readonly column: z.ZodDefault<z.ZodString>;
  readonly minKeep: z.ZodDefault<z.ZodInt>;
} {
  return {
    column: z.string().min(1).default(column),
    minKeep: z.int().nonnegative().default(0),
  };
}

/** A filter that keeps, in each list, what reaches that list's floor. */
export interface FloorRule {
  readonly name: string;
  readonly column: string;
  readonly minKeep: number;
  readonly spec: StageSpec;
  /** The least score that stays. `scores` are one list's, in rank order, at least one, none NaN. */
  floorOf(scores: Float32Array): number;
}

/** A relevance filter from a rule about one column; the boundary stays. */
export function floorFilter({ name, column, minKeep, spec, floorOf }: FloorRule): RelevanceFilter {
  return {
    name,
    requires: [column],
    select: (candidates, { signal } = {}) => mapInSlices(candidates, ({ ranking }) => keepAbove(ranking), { signal }),
    toSpec: () => spec,
  };

  function keepAbove(ranking: Ranking): Ranking {
    const scored = requiredColumn(ranking, column, { stage: name });
    if (ranking.length === 0) return ranking;
    // Scores are float32, and 0.7 is larger than float32(0.7): unrounded, the boundary would be dropped.
    const floor = Math.fround(floorOf(scored.scores));
    return ranking.where(scored, (score, rank) => rank < minKeep || score >= floor);
  }
}
