import { type Matrix, rowOf } from '@sluice/core';
import { expectRefusal, forAll } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnchorMap, approximateScores } from './anchor-map.js';
import { fitAnchorMap } from './fit-anchor-map.js';
import { randomAnchors } from './random-anchors.js';
import { scoreModel, splitRows } from './score-matrices.fixture.js';

/** What the map foretells for the query of a row. */
function foretold(map: AnchorMap, scores: Matrix, row: number): Float32Array {
  const truth = rowOf(scores, row);
  return approximateScores(
    map,
    Float32Array.from(map.anchors, (anchor) => truth[anchor] ?? 0),
  );
}

/** Root mean squared error over all scores. */
function errorOf(map: AnchorMap, scores: Matrix): number {
  let sum = 0;
  for (let row = 0; row < scores.rows; row++) {
    const [truth, found] = [rowOf(scores, row), foretold(map, scores, row)];
    for (const [at, score] of truth.entries()) sum += (score - (found[at] ?? 0)) ** 2;
  }
  return Math.sqrt(sum / (scores.rows * scores.columns));
}

describe('fitAnchorMap', () => {
  it('foretells every score of a scorer with fewer hidden numbers than anchors and anchor queries', async () => {
    const cases = fc.record({
      rank: fc.integer({ min: 1, max: 6 }),
      items: fc.integer({ min: 20, max: 60 }),
      seed: fc.nat(),
      tuned: fc.boolean(),
    });
    await forAll(cases, {}, async ({ rank, items, seed, tuned }) => {
      const { fitted, asked } = splitRows(scoreModel({ queries: 50, items, rank, noise: 0, seed }), 40);
      const anchors = randomAnchors(items, 2 * rank + 4, seed);
      const map = await fitAnchorMap({ scores: fitted, anchors, ...(tuned ? {} : { rcond: 1e-3 }) });
      // Scores are float32 and of size sqrt(rank); anchors that nearly agree multiply their rounding.
      expect(errorOf(map, asked)).toBeLessThan(1e-3);
    });
  });

  it('reproduces the anchors of the anchor queries, whatever the scores', async () => {
    await forAll(fc.nat(), {}, async (seed) => {
      const scores = scoreModel({ queries: 40, items: 30, rank: 30, noise: 1, seed });
      const map = await fitAnchorMap({ scores, anchors: randomAnchors(30, 8, seed), rcond: 0 });
      for (let row = 0; row < scores.rows; row++) {
        const found = foretold(map, scores, row);
        for (const anchor of map.anchors) {
          expect(found[anchor]).toBeCloseTo(rowOf(scores, row)[anchor] ?? Number.NaN, 3);
        }
      }
    });
  });

  it('cuts what is noise where there are no more anchor queries than anchors', async () => {
    const { fitted, asked } = splitRows(scoreModel({ queries: 150, items: 300, rank: 8, noise: 0.3, seed: 5 }), 100);
    const anchors = randomAnchors(300, 100, 5);
    const chosen = await fitAnchorMap({ scores: fitted, anchors });
    const whole = await fitAnchorMap({ scores: fitted, anchors, rcond: 0 });
    // The noise itself is .3.
    expect(errorOf(chosen, asked)).toBeLessThan(0.35);
    expect(errorOf(whole, asked)).toBeGreaterThan(3 * errorOf(chosen, asked));
    expect(chosen.rcond).toBeGreaterThan(0.01);
  });

  it('chooses nearly the best cut', async () => {
    const { fitted, asked } = splitRows(scoreModel({ queries: 160, items: 200, rank: 12, noise: 0.5, seed: 8 }), 120);
    const anchors = randomAnchors(200, 60, 8);
    const chosen = errorOf(await fitAnchorMap({ scores: fitted, anchors }), asked);
    for (const rcond of [0, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5]) {
      expect(chosen).toBeLessThan(1.03 * errorOf(await fitAnchorMap({ scores: fitted, anchors, rcond }), asked));
    }
  });

  it.each([
    { why: 'one query', queries: 1, anchors: 3 },
    { why: 'one anchor', queries: 20, anchors: 1 },
    { why: 'more anchors than queries', queries: 4, anchors: 12 },
  ])('has finite vectors with $why', async ({ queries, anchors }) => {
    const scores = scoreModel({ queries, items: 15, rank: 2, noise: 0.1, seed: 2 });
    const { itemVectors } = await fitAnchorMap({ scores, anchors: randomAnchors(15, anchors, 1) });
    expect([itemVectors.rows, itemVectors.columns]).toEqual([15, anchors]);
    expect(itemVectors.data.every(Number.isFinite)).toBe(true);
  });

  it('foretells nothing from scores that are all zero', async () => {
    const scores = { data: new Float32Array(60), rows: 6, columns: 10 };
    const map = await fitAnchorMap({ scores, anchors: Uint32Array.of(1, 4) });
    expect([...approximateScores(map, Float32Array.of(3, 5))]).toEqual(Array(10).fill(0));
  });

  it.each([
    { why: 'an anchor that is no item', anchors: [2, 9], data: 0, found: { source: 'anchors', row: 1 } },
    { why: 'an anchor twice', anchors: [2, 2], data: 0, found: { source: 'anchors' } },
    { why: 'a score that is none', anchors: [2], data: Number.NaN, found: { source: 'scores', row: 1 } },
  ])('refuses $why', async ({ anchors, data, found }) => {
    const scores = { data: new Float32Array(15).fill(data, 7, 8), rows: 3, columns: 5 };
    const fit = () => fitAnchorMap({ scores, anchors: Uint32Array.from(anchors) });
    await expectRefusal(fit, { code: 'SLUICE_INVALID_INPUT' });
    await expect(fit()).rejects.toMatchObject(found);
  });

  it('refuses an rcond that leaves nothing, and rejects with the reason of its signal', async () => {
    const scores = scoreModel({ queries: 9, items: 9, rank: 2, noise: 0, seed: 1 });
    const anchors = randomAnchors(9, 3, 1);
    await expectRefusal(() => fitAnchorMap({ scores, anchors, rcond: 1 }), { code: 'SLUICE_INVALID_OPTIONS' });
    await expect(fitAnchorMap({ scores, anchors, signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
  });
});
