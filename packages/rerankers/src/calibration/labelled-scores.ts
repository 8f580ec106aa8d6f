import { InvalidInputError } from '@sluice/core';
import type { LabelledScores } from './calibrator.js';

/** @throws {InvalidInputError} unequal lengths, a score that is not finite or a label above 1 (`row` names it), or labels of one kind only */
export function expectLabelledScores({ scores, labels }: LabelledScores): void {
  if (scores.length !== labels.length) {
    const problem = `${scores.length} scores and ${labels.length} labels`;
    throw new InvalidInputError({ source: 'scores' }, problem, 'Pass one label for each score.');
  }
  const row = scores.findIndex((score) => !Number.isFinite(score));
  if (row >= 0) throw new InvalidInputError({ source: 'scores', row }, 'a score is not finite', 'Drop the pair.');
  const unknown = labels.findIndex((label) => label > 1);
  if (unknown >= 0)
    throw new InvalidInputError({ source: 'labels', row: unknown }, 'a label is neither 0 nor 1', 'Grade first.');
  const relevant = countRelevant(labels);
  if (relevant === 0 || relevant === labels.length) {
    const problem = `${relevant} of ${labels.length} pairs are relevant`;
    throw new InvalidInputError({ source: 'labels' }, problem, 'Calibration needs relevant and irrelevant pairs.');
  }
}

/** How many labels are 1. */
export function countRelevant(labels: Uint8Array): number {
  let relevant = 0;
  for (const label of labels) relevant += label === 1 ? 1 : 0;
  return relevant;
}
