import { idSpace, rankByScore } from '@sluice/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TopDocuments } from './top-documents.js';

it('keeps what sorting everything would put first', () => {
  const scores = fc.array(fc.constantFrom(0.5, 1, 1.5, 2, 3), { maxLength: 40 });
  fc.assert(
    fc.property(scores, fc.integer({ min: 1, max: 45 }), fc.integer(), (list, capacity, turn) => {
      // Ids in another order than ordinals.
      const space = idSpace(list.map((_, at) => `${(at * 7 + Math.abs(turn % 11)) % 41}`.concat(`:${at}`)));
      const ordinals = Uint32Array.from(list, (_, at) => at);
      const scale = { name: 'test', minimum: 0, maximum: 3 };
      const expected = rankByScore({ space, ordinals, scores: Float32Array.from(list), scale }, capacity);
      const best = new TopDocuments(space, capacity);
      for (const [ordinal, score] of list.entries()) if (score >= best.threshold) best.offer(ordinal, score);
      const { ordinals: kept, scores: keptScores } = best.drain();
      expect([...kept]).toEqual([...expected.ordinals]);
      expect([...keptScores]).toEqual([...expected.scores]);
    }),
    { numRuns: 500 },
  );
});

it('has a threshold above the score of a document that was not found', () => {
  expect(new TopDocuments(idSpace([]), 1).threshold).toBeGreaterThan(0);
});
