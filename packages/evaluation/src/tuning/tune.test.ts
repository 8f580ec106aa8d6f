import { fusionScale, idSpace, Ranking } from '@sluice/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Qrels } from '../qrels.js';
import { evaluateRankings } from './evaluate-rankings.js';
import { foldsOf } from './folds.js';
import { grid } from './grid.js';
import { tune } from './tune.js';

const queryIds = Array.from({ length: 20 }, (_, at) => `q${at}`);

it('makes all combinations', () => {
  expect(grid({ k1: [0.9, 1.2], b: [0.4, 0.75] })).toEqual([
    { k1: 0.9, b: 0.4 },
    { k1: 0.9, b: 0.75 },
    { k1: 1.2, b: 0.4 },
    { k1: 1.2, b: 0.75 },
  ]);
});

it('divides queries evenly, groups unbroken, whatever their order', () => {
  const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 6, maxLength: 40 });
  fc.assert(
    fc.property(ids, fc.integer({ min: 2, max: 6 }), fc.integer(), (ids, folds, seed) => {
      const fold = foldsOf(ids, { folds, seed });
      const sizes = Array.from({ length: folds }, (_, at) => fold.filter((other) => other === at).length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      const reversed = foldsOf(ids.toReversed(), { folds, seed });
      expect([...reversed].toReversed()).toEqual([...fold]);
    }),
  );
  const grouped = foldsOf(queryIds, { folds: 3, seed: 1, groupOf: (id) => id.slice(0, 2) });
  expect(new Set(queryIds.flatMap((id, at) => (id.startsWith('q1') ? [grouped[at]] : []))).size).toBe(1);
});

it('chooses what is best and reports what it would do on new queries', async () => {
  let calls = 0;
  const tuned = await tune({
    candidates: grid({ weight: [0, 0.5, 1] }),
    queryIds,
    evaluate: ({ weight }, ids) => {
      calls++;
      return ids.map(() => 1 - Math.abs(weight - 0.5));
    },
  });
  expect(calls).toBe(3);
  expect(tuned.best).toEqual({ weight: 0.5 });
  expect(tuned).toMatchObject({ bestMean: 1, estimate: 1, means: [0.5, 1, 0.5] });
  expect(tuned.folds.map(({ chosen }) => chosen.weight)).toEqual([0.5, 0.5, 0.5, 0.5, 0.5]);
  expect(tuned.folds.flatMap((fold) => fold.queryIds).toSorted()).toEqual(queryIds.toSorted());
});

it('takes the first of equally good candidates', async () => {
  const tuned = await tune({ candidates: ['a', 'b'], queryIds, evaluate: (_, ids) => ids.map(() => 1) });
  expect(tuned.best).toBe('a');
  expect(tuned.folds.every(({ chosen }) => chosen === 'a')).toBe(true);
});

it('is not taken in by a candidate that memorised the queries', async () => {
  // Candidate c is perfect on query c and useless elsewhere: chosen on the others, it never helps on a new query.
  const tuned = await tune({
    candidates: queryIds,
    queryIds,
    folds: queryIds.length,
    evaluate: (candidate, ids) => ids.map((id) => (id === candidate ? 1 : 0)),
  });
  expect(tuned.bestMean).toBe(1 / 20);
  expect(tuned.estimate).toBe(0);
});

it('never measures a query with parameters chosen on it', async () => {
  const table = fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }), {
    minLength: 1,
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(table, fc.integer(), async (values, seed) => {
      const ids = queryIds.slice(0, 8);
      const tuned = await tune({
        candidates: [...values.keys()],
        queryIds: ids,
        folds: 4,
        seed,
        evaluate: (at) => values[at] ?? [],
      });
      for (const fold of tuned.folds) {
        const others = ids.flatMap((id, at) => (fold.queryIds.includes(id) ? [] : [at]));
        const sums = values.map((row) => others.reduce((sum, at) => sum + (row[at] ?? 0), 0));
        expect(sums[fold.chosen]).toBeCloseTo(Math.max(...sums), 10);
        for (const id of fold.queryIds) {
          const at = ids.indexOf(id);
          expect(tuned.heldOut[at]).toBe(values[fold.chosen]?.[at]);
        }
      }
    }),
  );
});

it.each([
  ['no candidate', { candidates: [] }, 'there is none'],
  ['too few values', { evaluate: () => [1] }, 'has 1 values'],
  ['NaN', { evaluate: (_: number, ids: readonly string[]) => ids.map(() => Number.NaN) }, 'not finite'],
  ['fewer queries than folds', { folds: 21 }, '20 groups of queries for 21 folds'],
  ['one fold', { folds: 1 }, 'folds'],
])('refuses %s', async (_, changed, message) => {
  const options = { candidates: [1, 2], queryIds, evaluate: (_: number, ids: readonly string[]) => ids.map(() => 1) };
  await expect(tune({ ...options, ...changed })).rejects.toThrow(message);
});

it('measures rankings in the order of the queries', () => {
  const space = idSpace(['a', 'b']);
  const ranking = (ordinals: readonly number[]): Ranking =>
    new Ranking({
      space,
      ordinals: Uint32Array.from(ordinals),
      scores: Float32Array.from(ordinals, (_, at) => -at),
      scale: fusionScale,
    });
  const qrels = Qrels.of({ q1: { b: 1 }, q2: { b: 1 } });
  const values = evaluateRankings(
    qrels,
    [ranking([0, 1]), ranking([1])],
    [
      { id: 'q2', text: '' },
      { id: 'q1', text: '' },
    ],
    'RR',
  );
  expect([...values]).toEqual([0.5, 1]);
});
