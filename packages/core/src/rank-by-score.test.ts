import fc from 'fast-check';
import { expect, it } from 'vitest';
import { idSpace } from './id-space.js';
import { rankByScore } from './rank-by-score.js';
import { dotScale } from './scale.js';

/** Candidates with many equal scores and ids whose order is not that of their ordinals. */
const candidates = fc
  .uniqueArray(fc.string({ maxLength: 3, unit: fc.constantFrom('a', 'b', '\uffff', '\u{10000}') }), { maxLength: 12 })
  .chain((ids) =>
    fc.tuple(
      fc.constant(ids),
      fc.array(fc.oneof(fc.constantFrom(-1, -0, 0, 0.5, Number.POSITIVE_INFINITY), fc.float({ noNaN: true })), {
        minLength: ids.length,
        maxLength: ids.length,
      }),
    ),
  );

it('orders by falling score, then by the bytes of the id', () => {
  fc.assert(
    fc.property(candidates, fc.integer({ min: 1, max: 15 }), ([ids, scores], topK) => {
      const ordinals = Uint32Array.from(ids, (_, at) => at).reverse();
      const ranking = rankByScore(
        {
          space: idSpace(ids),
          ordinals,
          scores: Float32Array.from(ordinals, (at) => scores[at] ?? 0),
          scale: dotScale,
        },
        topK,
      );
      const expected = ids
        .map((id, at) => ({ id, score: scores[at] ?? 0 }))
        .sort(
          (left, right) =>
            Number(left.score < right.score) - Number(left.score > right.score) ||
            Buffer.compare(Buffer.from(left.id), Buffer.from(right.id)),
        )
        .slice(0, topK);
      expect(ranking.ids).toEqual(expected.map(({ id }) => id));
      expect([...ranking.scores]).toEqual(expected.map(({ score }) => score));
    }),
  );
});

it('moves columns with their documents', () => {
  const column = { scale: dotScale, scores: Float32Array.of(1, 2, 3), ranks: Uint32Array.of(3, 2, 1) };
  const ranking = rankByScore(
    {
      space: idSpace(['a', 'b', 'c']),
      ordinals: Uint32Array.of(0, 1, 2),
      scores: Float32Array.of(0, 5, 1),
      scale: dotScale,
      sources: { dense: column },
    },
    2,
  );
  expect(ranking.ids).toEqual(['b', 'c']);
  expect(ranking.sources.dense).toEqual({
    scale: dotScale,
    scores: Float32Array.of(2, 3),
    ranks: Uint32Array.of(2, 1),
  });
});
