import { expect, it } from 'vitest';
import { idSpace } from './id-space.js';
import { expectOneSpace, Ranking, type ScoreColumn } from './ranking.js';
import { bm25Scale, cosineScale } from './scale.js';

const space = idSpace(['a', 'b', 'c', 'd']);
const dense: ScoreColumn = {
  scale: cosineScale,
  scores: Float32Array.of(0.5, Number.NaN, 0.25, -0.5),
  ranks: Uint32Array.of(1, 0, 2, 0),
};
const ranking = new Ranking({
  space,
  ordinals: Uint32Array.of(2, 0, 3, 1),
  scores: Float32Array.of(4, 3, 3, 1),
  scale: bm25Scale,
  sources: { dense },
});

it('looks ids up in rank order', () => {
  expect(ranking.ids).toEqual(['c', 'a', 'd', 'b']);
  expect(ranking.length).toBe(4);
});

it('cuts all columns', () => {
  const cut = ranking.take(2);
  expect(cut.ids).toEqual(['c', 'a']);
  expect(cut.sources.dense).toEqual({
    ...dense,
    scores: Float32Array.of(0.5, Number.NaN),
    ranks: Uint32Array.of(1, 0),
  });
  expect(ranking.take(9)).toBe(ranking);
  expect(ranking.take(0).ids).toEqual([]);
});

it('keeps chosen candidates in order, with their scores and columns', () => {
  const kept = ranking.where(dense, (score) => score > 0);
  expect(kept.ids).toEqual(['c', 'd']);
  expect([...kept.scores]).toEqual([4, 3]);
  expect(kept.sources.dense?.ranks).toEqual(Uint32Array.of(1, 2));
  expect(ranking.where(dense, () => true)).toBe(ranking);
  expect(ranking.where(dense, (_, position) => position === 1).ids).toEqual(['a']);
});

it('becomes a column and takes one', () => {
  const column = ranking.asColumn();
  expect(column).toEqual({ scale: bm25Scale, scores: ranking.scores, ranks: Uint32Array.of(1, 2, 3, 4) });
  const more = ranking.withSource('bm25', column);
  expect(Object.keys(more.sources)).toEqual(['dense', 'bm25']);
  expect(Object.keys(ranking.sources)).toEqual(['dense']);
});

it('shows documents without what a source did not say', () => {
  expect(ranking.toDocuments()).toEqual([
    { id: 'c', rank: 1, score: 4, sources: { dense: { score: 0.5, rank: 1 } } },
    { id: 'a', rank: 2, score: 3, sources: {} },
    { id: 'd', rank: 3, score: 3, sources: { dense: { score: 0.25, rank: 2 } } },
    { id: 'b', rank: 4, score: 1, sources: { dense: { score: -0.5 } } },
  ]);
});

it('refuses arrays of different lengths', () => {
  const parts = { space, ordinals: Uint32Array.of(1), scores: new Float32Array(2), scale: bm25Scale };
  expect(() => new Ranking(parts)).toThrow(RangeError);
});

it('tells spaces apart by identity, not by their ids', () => {
  const twin = Ranking.empty(idSpace(['a', 'b', 'c', 'd'], 'twin'), bm25Scale);
  expect(() => expectOneSpace([ranking, ranking])).not.toThrow();
  expect(() => expectOneSpace([ranking, twin])).toThrow(
    expect.objectContaining({ code: 'SLUICE_SPACE_MISMATCH', expected: 'ids', actual: 'twin' }),
  );
});
