import {
  type DocumentSpace,
  expectOneSpace,
  InvalidInputError,
  type ScoreColumn,
  type SourceRanking,
} from '@sluice/core';

/** The documents of several rankings, each once. */
export interface Union {
  readonly space: DocumentSpace;
  /** Ascending. */
  readonly ordinals: Uint32Array;
  /** For each source, in their order: where in `ordinals` the documents of its list stand, in the list's order. */
  readonly places: readonly Uint32Array[];
}

/**
 * @throws {SpaceMismatchError} the rankings are of different spaces
 * @throws {InvalidInputError} there is no source, or two have one name
 */
export function unionOf(sources: readonly SourceRanking[]): Union {
  const [first] = sources;
  if (!first) throw refused('there is no source, so no space to rank in', 'Fuse at least one ranking.');
  if (new Set(sources.map(({ source }) => source)).size !== sources.length) {
    throw refused('two sources have one name, and would share a column', 'Give each source a name of its own.');
  }
  expectOneSpace(sources.map(({ ranking }) => ranking));
  const all = new Uint32Array(sources.reduce((total, { ranking }) => total + ranking.length, 0));
  let end = 0;
  for (const { ranking } of sources) {
    all.set(ranking.ordinals, end);
    end += ranking.length;
  }
  const ordinals = distinct(all.sort());
  const places = sources.map(({ ranking }) => ranking.ordinals.map((ordinal) => placeOf(ordinals, ordinal)));
  return { space: first.ranking.space, ordinals, places };
}

/** A source's ranks and scores in the order of the union; NaN and rank 0 where it did not return a document. */
export function columnIn({ ordinals }: Union, { ranking }: SourceRanking, places: Uint32Array): ScoreColumn {
  const scores = new Float32Array(ordinals.length).fill(Number.NaN);
  const ranks = new Uint32Array(ordinals.length);
  for (let at = 0; at < places.length; at++) {
    const place = places[at] ?? 0;
    scores[place] = ranking.scores[at] ?? Number.NaN;
    ranks[place] = at + 1;
  }
  return { scale: ranking.scale, scores, ranks };
}

/** The different values of a sorted array, in place. */
function distinct(sorted: Uint32Array): Uint32Array {
  let kept = 0;
  for (let at = 0; at < sorted.length; at++) {
    if (at === 0 || sorted[at] !== sorted[at - 1]) sorted[kept++] = sorted[at] ?? 0;
  }
  return sorted.subarray(0, kept);
}

/** Position of a value that a sorted array has. */
function placeOf(sorted: Uint32Array, value: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function refused(problem: string, advice: string): InvalidInputError {
  return new InvalidInputError({ source: 'rankings' }, problem, advice);
}
