import type { Matrix, Ranking } from '@sluice/core';
import { rankingWith, seededNormal, testReranker } from '@sluice/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CandidateVectors } from './candidate-vectors.js';
import { mmr } from './mmr.js';

/** A vector for each ordinal, whatever the list. */
const byOrdinal: CandidateVectors = async ({ ordinals }) => {
  const columns = 4;
  const data = new Float32Array(ordinals.length * columns);
  for (const [at, ordinal] of ordinals.entries()) data.set(unit(normals(ordinal % 11, columns)), at * columns);
  return { data, rows: ordinals.length, columns };
};

testReranker('mmr', () => mmr(byOrdinal), { manyCandidates: 1000 });

function normals(seed: number, count: number): Float32Array {
  const draw = seededNormal(seed);
  return Float32Array.from({ length: count }, draw);
}

function unit(values: Float32Array): Float32Array {
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

/** The definition, word for word, in lists of numbers. */
function byDefinition({ scores }: Ranking, { data, columns }: Matrix, lambda: number): number[] {
  const [high, low] = [scores[0] ?? 0, scores.at(-1) ?? 0];
  const row = (at: number) => [...data.subarray(at * columns, (at + 1) * columns)];
  const cosine = (one: number, other: number) =>
    row(one).reduce((sum, value, column) => sum + value * (row(other)[column] ?? 0), 0);
  const taken: number[] = [];
  const left = new Set(scores.keys());
  while (left.size > 0) {
    const worth = [...left].map((at) => {
      const relevance = high === low ? 1 : ((scores[at] ?? 0) - low) / (high - low);
      return { at, value: lambda * relevance - (1 - lambda) * Math.max(0, ...taken.map((other) => cosine(at, other))) };
    });
    const best = worth.reduce((one, other) => (other.value > one.value + 1e-7 ? other : one));
    taken.push(best.at);
    left.delete(best.at);
  }
  return taken;
}

it('takes what the definition takes', async () => {
  const lists = fc.record({
    scores: fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 10 }),
    lambda: fc.constantFrom(0, 0.3, 0.7, 1),
  });
  await fc.assert(
    fc.asyncProperty(lists, async ({ scores, lambda }) => {
      const ids = scores.map((_, at) => `d${String(at).padStart(2, '0')}`);
      const ranking = rankingWith({ ids, scores: scores.toSorted((left, right) => right - left) });
      const matrix = await byOrdinal(ranking, {});
      const [answer] = await mmr(byOrdinal, { lambda }).rerank([{ query: { text: 'q' }, ranking }]);
      expect(answer?.ids).toEqual(byDefinition(ranking, matrix, lambda).map((at) => ids[at]));
    }),
  );
});

it('keeps the order when novelty has no weight, and puts a copy last when it has', async () => {
  const vectors: CandidateVectors = async () => ({ data: Float32Array.of(1, 0, 1, 0, 0, 1), rows: 3, columns: 2 });
  const candidates = [
    { query: { text: 'q' }, ranking: rankingWith({ ids: ['a', 'copy', 'other'], scores: [3, 2.9, 1] }) },
  ];
  const [kept] = await mmr(vectors, { lambda: 1 }).rerank(candidates);
  expect(kept?.ids).toEqual(['a', 'copy', 'other']);
  const [diverse] = await mmr(vectors, { lambda: 0.4 }).rerank(candidates);
  expect(diverse?.ids).toEqual(['a', 'other', 'copy']);
});

it('refuses a weight out of range', () => {
  expect(() => mmr(byOrdinal, { lambda: 2 })).toThrow(expect.objectContaining({ path: 'lambda' }));
});
