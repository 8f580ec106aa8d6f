import { expect, it } from 'vitest';
import { idSpace } from './id-space.js';
import { Ranking } from './ranking.js';
import { remapRanking } from './remap-ranking.js';
import { cosineScale } from './scale.js';

const remote = idSpace(['c', 'a', 'b'], 'remote');
const ranking = new Ranking({
  space: remote,
  ordinals: Uint32Array.of(0, 2, 1),
  scores: Float32Array.of(3, 2, 1),
  scale: cosineScale,
}).withSource('dense', { scale: cosineScale, scores: Float32Array.of(3, 2, 1), ranks: Uint32Array.of(1, 2, 3) });

it('keeps documents, order, scores and columns', () => {
  const local = idSpace(['z', 'a', 'b', 'c'], 'local');
  const moved = remapRanking(ranking, local);
  expect(moved.space).toBe(local);
  expect(moved.ordinals).toEqual(Uint32Array.of(3, 2, 1));
  expect(moved.toDocuments()).toEqual(ranking.toDocuments());
  expect(remapRanking(ranking, remote)).toBe(ranking);
});

it('refuses or drops documents that the space does not have', () => {
  const local = idSpace(['a', 'c'], 'local');
  expect(() => remapRanking(ranking, local)).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT', row: 1 }));
  const moved = remapRanking(ranking, local, { missing: 'drop' });
  expect(moved.ids).toEqual(['c', 'a']);
  expect(moved.sources.dense?.ranks).toEqual(Uint32Array.of(1, 3));
});
