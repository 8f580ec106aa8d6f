import { cosineScale, idSpace, probabilityScale } from '@sluice/core';
import { expect, it } from 'vitest';
import { rankingWith } from './ranking-with.js';

it('gives columns the known scale of their name, and ranks by their own scores', () => {
  const ranking = rankingWith({ ids: ['a', 'b', 'c'], probability: [0.5, 0.9, 0.5], dense: [0.1, Number.NaN, 0.2] });
  expect([...ranking.scores]).toEqual([3, 2, 1]);
  expect(ranking.sources.probability?.scale).toBe(probabilityScale);
  expect([...(ranking.sources.probability?.ranks ?? [])]).toEqual([2, 1, 2]);
  expect(ranking.sources.dense?.scale).toBe(cosineScale);
  expect([...(ranking.sources.dense?.ranks ?? [])]).toEqual([2, 0, 1]);
});

it('takes ordinals from a given space, and refuses an id that it lacks', () => {
  const space = idSpace(['x', 'y', 'z']);
  expect([...rankingWith({ ids: ['z', 'x'], space }).ordinals]).toEqual([2, 0]);
  expect(() => rankingWith({ ids: ['w'], space })).toThrow(RangeError);
});

it('refuses a column of another length', () => {
  expect(() => rankingWith({ ids: ['a'], dense: [0.1, 0.2] })).toThrow(/'dense' has 2 scores for 1/);
});
