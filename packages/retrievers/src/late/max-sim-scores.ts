import type { Matrix } from '@sluice/core';
import type { MaxSimIndex } from './max-sim-index.js';

/** Scores of documents, of which the index may lack some: these count as documents without vectors. */
export function* maxSimScores(
  index: MaxSimIndex,
  query: Matrix,
  ordinals: Uint32Array,
): Generator<undefined, Float32Array> {
  const there = ordinals.filter((ordinal) => index.has(ordinal));
  const known = yield* index.scoreInSteps(query, there);
  if (there.length === ordinals.length) return known;
  const scores = new Float32Array(ordinals.length).fill(index.leastScore(query));
  let next = 0;
  for (const [at, ordinal] of ordinals.entries()) if (index.has(ordinal)) scores[at] = known[next++] ?? 0;
  return scores;
}
