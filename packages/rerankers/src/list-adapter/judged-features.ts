import { InvalidInputError } from '@sluice/core';
import { poolLists } from '@sluice/evaluation';
import { countRelevant } from '../calibration/labelled-scores.js';
import { type CandidateScores, listFeatures, writeListFeatures } from './list-features.js';

/** One query's candidates and which of them are relevant. */
export interface LabelledList extends CandidateScores {
  /** 1 relevant, 0 not; one a candidate. */
  readonly labels: Uint8Array;
}

/** What is said of judged candidates, those of one list after those of another. */
export interface JudgedFeatures {
  /** n x features, row-major, in the order of `listFeatures`. */
  readonly features: Float64Array;
  /** n; 1 relevant, 0 not; both occur. */
  readonly labels: Uint8Array;
}

/**
 * The features of all lists. Yields often: drive it with `paced`.
 *
 * @param sources as {@link sourcesOf} says
 * @throws {InvalidInputError} there is only one kind of label
 */
export function* judgedFeatures(
  lists: readonly LabelledList[],
  sources: 'lexical' | 'dense-only',
): Generator<void, JudgedFeatures> {
  const { labels } = poolLists(lists.map(({ dense, labels }) => ({ scores: dense, labels })));
  expectBothLabels(labels);
  const features = new Float64Array(labels.length * listFeatures(sources).length);
  let row = 0;
  for (const list of lists) {
    writeListFeatures(list, features, row);
    row += list.labels.length;
    yield;
  }
  return { features, labels };
}

/**
 * Whether all lists have lexical scores, or none. Yields often: drive it with `paced`.
 *
 * @throws {InvalidInputError} the lists do not agree in form, or have a score that is not finite (`row` names the list)
 */
export function* sourcesOf(lists: readonly LabelledList[]): Generator<void, 'lexical' | 'dense-only'> {
  const lexical = lists[0]?.lexical !== undefined;
  for (const [row, list] of lists.entries()) {
    const { dense, labels } = list;
    const fits = dense.length === labels.length && (list.lexical?.length ?? labels.length) === labels.length;
    const isScored = dense.every(Number.isFinite) && (list.lexical?.every(Number.isFinite) ?? true);
    yield;
    if (!isScored)
      throw new InvalidInputError({ source: 'lists', row }, 'a score is not finite', 'Drop the candidate.');
    if (fits && (list.lexical !== undefined) === lexical) continue;
    const problem = fits ? 'it has other sources than the first list' : 'its scores and labels differ in number';
    throw new InvalidInputError({ source: 'lists', row }, problem, 'Score every candidate in every source.');
  }
  return lexical ? 'lexical' : 'dense-only';
}

function expectBothLabels(labels: Uint8Array): void {
  const relevant = countRelevant(labels);
  if (relevant > 0 && relevant < labels.length) return;
  const problem = `${relevant} of ${labels.length} candidates are relevant`;
  throw new InvalidInputError({ source: 'lists' }, problem, 'Give lists with relevant and other candidates.');
}
