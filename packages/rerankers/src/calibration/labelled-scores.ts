import { InvalidInputError } from '@sluice/core';
import type { LabelledScores } from './calibrator.js';

/** Pairs between two yields. */
const STEP = 65_536;

/**
 * Yields often: drive it with `paced`.
 *
 * @throws {InvalidInputError} unequal lengths, a score that is not finite or a label above 1 (`row` names it), or labels of one kind only
 */
export function* checkLabelledScores({ scores, labels }: LabelledScores): Generator<void, void> {
  if (scores.length !== labels.length) {
    const problem = `${scores.length} scores and ${labels.length} labels`;
    throw new InvalidInputError({ source: 'scores' }, problem, 'Pass one label for each score.');
  }
  for (let row = 0; row < labels.length; row++) {
    if (!Number.isFinite(scores[row]))
      throw new InvalidInputError({ source: 'scores', row }, 'a score is not finite', 'Drop the pair.');
    if ((labels[row] ?? 0) > 1)
      throw new InvalidInputError({ source: 'labels', row }, 'a label is neither 0 nor 1', 'Grade first.');
    if (row % STEP === STEP - 1) yield;
  }
  const relevant = countRelevant(labels);
  if (relevant === 0 || relevant === labels.length) {
    const problem = `${relevant} of ${labels.length} pairs are relevant`;
    throw new InvalidInputError({ source: 'labels' }, problem, 'Calibration needs relevant and irrelevant pairs.');
  }
}

/** How many labels are 1. */
export function countRelevant(labels: Uint8Array): number {
  let relevant = 0;
  for (let at = 0; at < labels.length; at++) relevant += labels[at] === 1 ? 1 : 0;
  return relevant;
}
