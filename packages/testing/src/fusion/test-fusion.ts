import { type Fusion, fusionScale, idSpace, type Ranking, type SourceRanking } from '@sluice/core';
import { expect } from 'vitest';
import type { Check, KitOptions } from '../kit/check.js';
import { forAll } from '../kit/property.js';
import { expectRefusal } from '../kit/refusal.js';
import { runChecks } from '../kit/run-checks.js';
import { expectEqualRankings, expectSoundRanking } from '../ranking/expect-rankings.js';
import { rankingWith, scaleOf } from '../ranking/ranking-with.js';
import { sourceRankings } from './source-rankings.js';

/** Makes the fusion; called for each check. It must take any number of sources, so give no weights by position. */
export type FusionFactory = () => Fusion;

/**
 * Registers the contract of {@link Fusion} as a vitest suite.
 *
 * @example testFusion('rrf', () => rrf());
 */
export function testFusion(name: string, factory: FusionFactory, options: KitOptions = {}): void {
  runChecks(`${name} is a Fusion`, fusionChecks(factory, options), options.skip);
}

/** The same checks as a list, to be run by hand. */
export function fusionChecks(factory: FusionFactory, options: KitOptions = {}): Check[] {
  return [...listChecks(factory, options), ...sourceChecks(factory, options), ...describedChecks(factory)];
}

const ALL = 1000;

function listChecks(factory: FusionFactory, options: KitOptions): Check[] {
  return [
    {
      name: 'lists every document of every source once, best first, equal scores by id',
      check: () =>
        forAll(sourceRankings, options, (sources) => {
          const fused = factory().fuse(sources, ALL);
          expectSoundRanking(fused, { scale: fused.scale, ties: 'by id' });
          const union = new Set(sources.flatMap(({ ranking }) => [...ranking.ids]));
          expect(new Set(fused.ids)).toEqual(union);
          expect(fused.space).toBe(sources[0]?.ranking.space);
        }),
    },
    {
      name: 'answers the first topK of the whole',
      check: () =>
        forAll(sourceRankings, options, (sources) => {
          const whole = factory().fuse(sources, ALL);
          for (const topK of [1, 3, 7]) {
            expectEqualRankings([factory().fuse(sources, topK)], [whole.take(topK)], 0, `topK ${topK}`);
          }
        }),
    },
    {
      name: 'does not depend on the order of the sources, and answers the same again',
      check: () =>
        forAll(sourceRankings, options, (sources) => {
          const fused = factory().fuse(sources, ALL);
          expectEqualRankings([factory().fuse(sources.toReversed(), ALL)], [fused], 0, 'sources backwards');
          expectEqualRankings([factory().fuse(sources, ALL)], [fused], 0, 'again');
        }),
    },
    {
      name: 'keeps the order of a single source',
      check: () =>
        forAll(sourceRankings, options, ([source]) => {
          if (!source) return;
          const fused = factory().fuse([source], ALL);
          const position = new Map(source.ranking.ids.map((id, at) => [id, at]));
          const scores = fused.ids.map((id) => source.ranking.scores[position.get(id) ?? 0] ?? 0);
          expect(scores, "the source's scores, in fused order").toEqual(scores.toSorted((a, b) => b - a));
        }),
    },
    {
      name: 'takes sources that found nothing, one document, or equal scores only',
      check: () => {
        const space = idSpace(['a', 'b', 'c'], 'test');
        const source = (name: string, ids: string[], scores: number[]): SourceRanking => ({
          source: name,
          ranking: rankingWith({ ids, scores, space, scale: scaleOf('dot') }),
        });
        const [none, other] = [source('none', [], []), source('other', [], [])];
        const [one, equal] = [source('one', ['b'], [-3]), source('equal', ['a', 'b', 'c'], [2, 2, 2])];
        expect(factory().fuse([none, other], 5).ids).toEqual([]);
        for (const sources of [[none, one], [one, equal], [equal, none], [none], [one], [equal]]) {
          const fused = factory().fuse(sources, 5);
          expectSoundRanking(fused, { scale: fused.scale, ties: 'by id' });
          expect(fused.ids.toSorted()).toEqual([...new Set(sources.flatMap(({ ranking }) => ranking.ids))].toSorted());
        }
      },
    },
  ];
}

function sourceChecks(factory: FusionFactory, options: KitOptions): Check[] {
  return [
    {
      name: "keeps each source's rank and score",
      check: () =>
        forAll(sourceRankings, options, (sources) => {
          const fused = factory().fuse(sources, ALL);
          for (const { source, ranking } of sources) expectSourceKept(fused, source, ranking);
        }),
    },
    {
      name: 'leaves its sources as they were',
      check: () =>
        forAll(sourceRankings, options, (sources) => {
          const copy = () => sources.map(({ ranking }) => ({ ids: [...ranking.ids], scores: [...ranking.scores] }));
          const before = copy();
          factory().fuse(sources, 5);
          expect(copy()).toEqual(before);
        }),
    },
    {
      name: 'refuses rankings of different spaces',
      check: () => {
        const [left, right] = [rankingWith({ ids: ['a'] }), rankingWith({ ids: ['a'] })];
        const sources = [
          { source: 'left', ranking: left },
          { source: 'right', ranking: right },
        ];
        return expectRefusal(() => factory().fuse(sources, 5), { code: 'SLUICE_SPACE_MISMATCH' });
      },
    },
  ];
}

function describedChecks(factory: FusionFactory): Check[] {
  return [
    {
      name: 'asks its sources for at least topK',
      check: () => {
        for (const topK of [1, 10, 1000]) {
          const depth = factory().depth(topK);
          expect(Number.isInteger(depth) && depth >= topK, `depth ${depth} for topK ${topK}`).toBe(true);
        }
      },
    },
    {
      name: 'has a name, and writes itself down as JSON, if at all',
      check: () => {
        const { name, toSpec } = factory();
        expect(name).toMatch(/\S/);
        const spec = toSpec?.call(factory());
        if (spec) expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
      },
    },
    {
      name: 'gives scores that compare within one query: on the fusion scale, or one with its own bounds',
      check: () => {
        const { scale } = factory().fuse([{ source: 'one', ranking: rankingWith({ ids: ['a', 'b'] }) }], 2);
        if (scale.name === fusionScale.name) return;
        expect(scale.minimum).toBeLessThan(scale.maximum);
      },
    },
  ];
}

function expectSourceKept(fused: Ranking, source: string, ranking: Ranking): void {
  const column = fused.sources[source];
  expect(column?.scale, `column '${source}'`).toEqual(ranking.scale);
  const positions = new Map(Array.from(ranking.ordinals, (ordinal, at) => [ordinal, at]));
  for (const [at, ordinal] of fused.ordinals.entries()) {
    const position = positions.get(ordinal);
    expect(column?.ranks[at], `rank in '${source}'`).toBe(position === undefined ? 0 : position + 1);
    if (position !== undefined) expect(column?.scores[at], `score in '${source}'`).toBe(ranking.scores[position]);
    else expect(column?.scores[at], `score in '${source}', which did not find it`).toBeNaN();
  }
}
