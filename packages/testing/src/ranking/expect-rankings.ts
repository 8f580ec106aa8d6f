import { compareUtf8, type Ranking, type Scale } from '@sluice/core';
import { expect } from 'vitest';
import { expectClose } from '../vector-index/neighbours.js';

/** What every ranking of one answer must be like. */
export interface RankingExpectation {
  readonly topK?: number;
  readonly scale: Scale;
  /** Whether the stage made the order, so that equal scores must be in the order of ids. */
  readonly ties: 'by id' | 'as given';
}

/**
 * Fails unless the ranking is sound: at most `topK`, documents of its space, none twice, scores finite, within their
 * scale and best first, columns aligned, equal scores by id where the stage made the order.
 */
export function expectSoundRanking(ranking: Ranking, { topK = Infinity, scale, ties }: RankingExpectation): void {
  const { ordinals, scores, space, ids } = ranking;
  expect(ranking.scale, 'the scale').toEqual(scale);
  expect(ranking.length, 'at most topK').toBeLessThanOrEqual(topK);
  expect(scores.length, 'one score a document').toBe(ordinals.length);
  expect(new Set(ordinals).size, 'no document twice').toBe(ordinals.length);
  for (const ordinal of ordinals) expect(ordinal, 'ordinals are in the space').toBeLessThan(space.size);
  for (let at = 0; at < scores.length; at++) {
    const score = scores[at] ?? Number.NaN;
    if (!Number.isFinite(score)) expect.fail(`score ${score} at ${at} is not finite`);
    expect(score, `score at ${at} and its scale`).toBeGreaterThanOrEqual(scale.minimum);
    expect(score, `score at ${at} and its scale`).toBeLessThanOrEqual(scale.maximum);
    if (at === 0) continue;
    const before = scores[at - 1] ?? Number.NaN;
    expect(before, `scores at ${at - 1} and ${at}, best first`).toBeGreaterThanOrEqual(score);
    if (ties === 'by id' && before === score) {
      const [upper = '', lower = ''] = ids.slice(at - 1, at + 1);
      expect(compareUtf8(upper, lower), `equal scores by id: '${upper}' before '${lower}'`).toBeLessThan(0);
    }
  }
  expectSoundColumns(ranking);
}

/** Fails unless every column has one score and one rank a document, and no document two ranks at once. */
function expectSoundColumns({ sources, length }: Ranking): void {
  for (const [name, { scores, ranks }] of Object.entries(sources)) {
    expect(scores.length, `scores in column '${name}'`).toBe(length);
    expect(ranks.length, `ranks in column '${name}'`).toBe(length);
    for (let at = 0; at < length; at++) {
      const returned = (ranks[at] ?? 0) > 0;
      if (returned && Number.isNaN(scores[at])) expect.fail(`column '${name}' has a rank and no score at ${at}`);
    }
  }
}

/** Fails unless both list the same documents in the same order, with scores as close as `tolerance`. */
export function expectEqualRankings(
  actual: readonly Ranking[],
  expected: readonly Ranking[],
  tolerance: number = 1e-6,
  why: string = 'rankings',
): void {
  expect(
    actual.map(({ ids }) => ids),
    why,
  ).toEqual(expected.map(({ ids }) => ids));
  for (const [query, { scores }] of actual.entries()) {
    for (const [at, score] of scores.entries()) {
      const other = expected[query]?.scores[at] ?? Number.NaN;
      expectClose(score, other, tolerance, `${why}, query ${query}, rank ${at + 1}`);
    }
  }
}
