import { MissingScoresError, type Ranking, type ScoreColumn } from '@sluice/core';

/** Who asks for a column. */
export interface ColumnUser {
  /** Its name, for errors. */
  readonly stage: string;
  /**
   * What it requires, for errors.
   * @default the column's name
   */
  readonly requirement?: string;
}

/**
 * A column of a ranking in which every candidate has a score.
 *
 * @throws {MissingScoresError} the column is missing, or a candidate has no score in it
 */
export function requiredColumn(
  { sources }: Ranking,
  column: string,
  { stage, requirement = column }: ColumnUser,
): ScoreColumn {
  const found = Object.hasOwn(sources, column) ? sources[column] : undefined;
  if (!found || found.scores.some(Number.isNaN)) throw new MissingScoresError({ stage, requirement });
  return found;
}
