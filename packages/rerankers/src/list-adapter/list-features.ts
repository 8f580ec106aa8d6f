import { momentsOf } from '../list-moments.js';

/** Scores of one query's candidates, in rank order; equally long. */
export interface CandidateScores {
  /** Finite, larger is better: cosines, or whatever the dense source gives. */
  readonly dense: Float32Array;
  /** At least 0, where there is a lexical source. */
  readonly lexical?: Float32Array | undefined;
}

/** How a feature may move the logit: only up, only down, or either way. */
type Direction = 'up' | 'down' | 'either';

/** A feature's name. */
export type ListFeature = 'score' | 'z' | 'gap' | 'logRank' | 'mean' | 'deviation' | 'top' | 'lexical' | 'lexicalShare';

/** What is said of a candidate, in the order of the columns, and the sign that keeps the logit monotone in `dense`. */
const FEATURES: readonly (readonly [ListFeature, Direction])[] = [
  ['score', 'up'],
  ['z', 'up'],
  ['gap', 'down'],
  ['logRank', 'down'],
  ['mean', 'either'],
  ['deviation', 'either'],
  ['top', 'either'],
  ['lexical', 'up'],
  ['lexicalShare', 'up'],
];

const LEXICAL: ReadonlySet<string> = new Set<ListFeature>(['lexical', 'lexicalShare']);

/** The features of lists with or without a lexical source, in the order of the columns. */
export function listFeatures(lexical: 'lexical' | 'dense-only'): readonly ListFeature[] {
  return FEATURES.map(([name]) => name).filter((name) => lexical === 'lexical' || !LEXICAL.has(name));
}

/** How the feature may move the logit. */
export function directionOf(feature: ListFeature): Direction {
  return FEATURES.find(([name]) => name === feature)?.[1] ?? 'either';
}

/**
 * Writes the features of one list: for each candidate its score, its z-score, its gap to the list's top, the logarithm
 * of its rank by score, the list's mean, standard deviation and top; with a lexical source its score there and the share
 * of the list's greatest.
 *
 * Equal scores share a rank. A list of equal scores has z-scores of 0.
 *
 * @param into row-major, a row a candidate, from row `begin` on
 */
export function writeListFeatures({ dense, lexical }: CandidateScores, into: Float64Array, begin: number): void {
  const { mean, deviation } = momentsOf(dense);
  const top = dense.reduce((greatest, score) => Math.max(greatest, score), Number.NEGATIVE_INFINITY);
  const lexicalTop = lexical?.reduce((greatest, score) => Math.max(greatest, score), 0) ?? 0;
  const ranks = ranksOf(dense);
  const width = lexical ? FEATURES.length : FEATURES.length - LEXICAL.size;
  for (const [at, score] of dense.entries()) {
    const row = (begin + at) * width;
    into[row] = score;
    into[row + 1] = deviation === 0 ? 0 : (score - mean) / deviation;
    into[row + 2] = top - score;
    into[row + 3] = Math.log(ranks[at] ?? 1);
    into[row + 4] = mean;
    into[row + 5] = deviation;
    into[row + 6] = top;
    if (!lexical) continue;
    const words = lexical[at] ?? 0;
    into[row + 7] = words;
    into[row + 8] = lexicalTop === 0 ? 0 : words / lexicalTop;
  }
}

function ranksOf(scores: Float32Array): Uint32Array {
  const order = Uint32Array.from(scores, (_, at) => at).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const ranks = new Uint32Array(scores.length);
  for (const [position, at] of order.entries()) {
    const before = order[position - 1];
    const tied = before !== undefined && scores[before] === scores[at];
    ranks[at] = tied ? (ranks[before] ?? 1) : position + 1;
  }
  return ranks;
}
