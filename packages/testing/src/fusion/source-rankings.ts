import { compareUtf8, idSpace, type SourceRanking } from '@sluice/core';
import fc from 'fast-check';
import { rankingWith, scaleOf } from '../ranking/ranking-with.js';

const ids = ['m', 'b', '\u{1f600}', '\ue000', 'a', '10', '9', 'é', 'e', 'A'];

const names = ['bm25', 'dense', 'splade', 'title'];

/**
 * 1 to 4 sources over one space: lists of 0 to 10 documents that overlap, scores that tie, negative and constant ones.
 */
export const sourceRankings: fc.Arbitrary<SourceRanking[]> = fc
  .uniqueArray(fc.constantFrom(...names), { minLength: 1 })
  .chain((chosen) => fc.tuple(...chosen.map((name) => lists.map((list) => ({ name, list })))))
  .map((drawn) => {
    const space = idSpace(ids, 'test');
    return drawn.map(({ name, list }) => ({
      source: name,
      ranking: rankingWith({
        ids: list.map(({ id }) => id),
        scores: list.map(({ score }) => score),
        scale: scaleOf('dot'),
        space,
      }),
    }));
  });

/** Scores that are still different in float32 when they are scaled: closer ones may become ties. */
const eighths = fc.integer({ min: -800, max: 800 }).map((eighth) => eighth / 8);

const lists = fc
  .uniqueArray(
    fc.record({
      id: fc.constantFrom(...ids),
      score: fc.oneof(fc.integer({ min: -2, max: 2 }), eighths),
    }),
    { selector: ({ id }) => id },
  )
  // Best first, ties by id: as a source must make them.
  .map((list) => list.toSorted((a, b) => b.score - a.score || compareUtf8(a.id, b.id)));
