import { cosineScale, type Fusion, fusionScale, idSpace, Ranking, type SourceRanking } from '@sluice/core';
import { expectEqualRankings, forAll, sourceRankings, testFusion } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combMnz } from './comb-mnz.js';
import { combSum } from './comb-sum.js';
import { dbsf } from './dbsf.js';
import { linear } from './linear.js';
import type { Normalization } from './normalization.js';
import { rrf } from './rrf.js';
import type { Weights } from './weights.js';

const normalizations: Normalization[] = [
  'z-score',
  'min-max',
  'theoretical',
  'theoretical-minimum',
  'three-sigma',
  'none',
];

const fusions: readonly { name: string; make: (weights?: Weights) => Fusion }[] = [
  { name: 'rrf', make: (weights) => rrf(weights ? { weights } : {}) },
  ...normalizations.map((normalization) => ({
    name: `linear, ${normalization}`,
    make: (weights?: Weights) => linear(weights ? { normalization, weights } : { normalization }),
  })),
  { name: 'combSum', make: (weights) => combSum(weights ? { weights } : {}) },
  { name: 'combMnz', make: (weights) => combMnz(weights ? { weights } : {}) },
  { name: 'dbsf', make: (weights) => dbsf(weights ? { weights } : {}) },
];

for (const { name, make } of fusions) testFusion(name, () => make());

const weighted = sourceRankings.chain((sources) =>
  fc.tuple(fc.constant(sources), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 4, maxLength: 4 })),
);

describe.each(fusions)('$name', ({ make }) => {
  it('weights go with their sources, by name as by position', () =>
    forAll(weighted, {}, ([sources, drawn]) => {
      const weights = drawn.slice(0, sources.length);
      const byName = Object.fromEntries(sources.map(({ source }, at) => [source, weights[at] ?? 0]));
      const fused = make(weights).fuse(sources, 20);
      const backwards = sources.toReversed();
      expectEqualRankings([make(weights.toReversed()).fuse(backwards, 20)], [fused], 0, 'weights by position');
      expectEqualRankings([make(byName).fuse(backwards, 20)], [fused], 0, 'weights by name');
    }));

  it('a document that no source puts below another is not below it', () =>
    forAll(weighted, {}, ([sources, drawn]) => {
      const fused = make(drawn.slice(0, sources.length)).fuse(sources, 20);
      for (const [upper, better] of fused.ordinals.entries()) {
        for (const [lower, worse] of fused.ordinals.entries()) {
          if (!sources.every(({ ranking }) => isNotBelow(ranking, better, worse))) continue;
          expect(fused.scores[upper], `${fused.ids[upper]} over ${fused.ids[lower]}`).toBeGreaterThanOrEqual(
            fused.scores[lower] ?? 0,
          );
        }
      }
    }));

  it('writes down what it was made with', () => {
    const weights = { bm25: 0.4, dense: 0.6 };
    expect(make(weights).toSpec?.()).toMatchObject({ type: make().name, weights });
    expect(make().toSpec?.()).not.toHaveProperty('weights');
  });
});

it('a source without weight lends its documents and nothing else', () => {
  const space = idSpace(['a', 'b', 'c']);
  const list = (ordinals: number[], scores: number[]) =>
    new Ranking({
      space,
      ordinals: Uint32Array.from(ordinals),
      scores: Float32Array.from(scores),
      scale: cosineScale,
    });
  const sources: SourceRanking[] = [
    { source: 'dense', ranking: list([1, 0], [0.9, 0.2]) },
    { source: 'bm25', ranking: list([2, 0], [0.8, 0.1]) },
  ];
  const fused = linear({ normalization: 'min-max', weights: { dense: 1, bm25: 0 } }).fuse(sources, 3);
  expect(fused.ids).toEqual(['b', 'a', 'c']);
  expect([...fused.scores]).toEqual([1, 0, 0]);
  expect(fused.scale).toBe(fusionScale);
});

/** By rank and by score; what was not returned is below all that was. */
function isNotBelow({ ordinals, scores }: Ranking, better: number, worse: number): boolean {
  const [upper, lower] = [ordinals.indexOf(better), ordinals.indexOf(worse)];
  if (lower === -1) return true;
  return upper !== -1 && upper <= lower && (scores[upper] ?? 0) >= (scores[lower] ?? 0);
}
