import type { CallOptions, Candidates, Ranking, Requirement } from '@sluice/core';
import { expect } from 'vitest';
import { expectAbortable } from '../kit/abort.js';
import type { Check, KitOptions } from '../kit/check.js';
import { forAll } from '../kit/property.js';
import { expectRefusal } from '../kit/refusal.js';
import { expectEqualRankings } from '../ranking/expect-rankings.js';
import { candidateLists, randomCandidates, snapshotOf, withoutRequired } from './random-candidates.js';

/** A reranker or a filter, seen from the outside. */
export interface StageUnderTest {
  readonly name: string;
  readonly requires: readonly Requirement[];
  readonly run: (candidates: readonly Candidates[], options?: CallOptions) => Promise<Ranking[]>;
  /** The stage's own part of a pipeline file, if it has one. */
  readonly spec: unknown;
}

export interface StageKitOptions extends KitOptions {
  /**
   * Length of the query vectors of `query.<source>` requirements.
   * @default 8
   */
  readonly queryDimensions?: number;
  /**
   * How far a score may be from itself in another batch, in units of the larger of 1 and the score.
   * @default 1e-6
   */
  readonly tolerance?: number;
  /**
   * Candidates in the long list.
   * @default 10,000
   */
  readonly manyCandidates?: number;
}

/** What rerankers and filters promise alike. */
export function stageChecks(make: () => Promise<StageUnderTest>, options: StageKitOptions): Check[] {
  const { queryDimensions = 8, tolerance = 1e-6, manyCandidates = 10_000 } = options;
  const lists = async () => {
    const stage = await make();
    return { stage, cases: candidateLists({ requires: stage.requires, queryDimensions }) };
  };
  const sample = (stage: StageUnderTest, size: number): Candidates =>
    randomCandidates({ size, requires: stage.requires, levels: 50, queryDimensions }, size);
  return [
    {
      name: 'answers one ranking for each of the candidates, alone as in a batch, in their order',
      check: async () => {
        const { stage, cases } = await lists();
        await forAll(cases, options, async (candidates) => {
          const batch = await stage.run(candidates);
          expect(batch, 'one ranking for each').toHaveLength(candidates.length);
          const alone: Ranking[] = [];
          for (const each of candidates) alone.push(...(await stage.run([each])));
          expectEqualRankings(batch, alone, tolerance, 'a batch and its lists alone');
        });
      },
    },
    {
      name: 'takes no candidates, empty lists and lists of one',
      check: async () => {
        const stage = await make();
        expect(await stage.run([])).toEqual([]);
        const [none, one] = await stage.run([sample(stage, 0), sample(stage, 1)]);
        expect(none?.length).toBe(0);
        expect(one?.length).toBeLessThanOrEqual(1);
      },
    },
    {
      name: 'takes passages without text, and passages that are all alike',
      check: async () => {
        const stage = await make();
        for (const texts of ['empty', 'alike'] as const) {
          const { requires } = stage;
          const candidates = [1, 12].map((size) =>
            randomCandidates({ size, requires, levels: 2, queryDimensions, texts }, size),
          );
          const answers = await stage.run(candidates);
          expect(answers, texts).toHaveLength(2);
          for (const [at, { ranking }] of candidates.entries()) {
            expect(answers[at]?.length, texts).toBeLessThanOrEqual(ranking.length);
          }
        }
      },
    },
    {
      name: `takes ${manyCandidates} candidates`,
      check: async () => {
        const stage = await make();
        const [ranking] = await stage.run([sample(stage, manyCandidates)]);
        expect(ranking?.length).toBeLessThanOrEqual(manyCandidates);
      },
    },
    {
      name: 'rejects with the reason of its signal',
      check: async () => {
        const stage = await make();
        const candidates = [3, 20, 8].map((size) => sample(stage, size));
        await expectAbortable((signal) => stage.run(candidates, { signal }));
      },
    },
    {
      name: 'refuses a list without what it requires, and names it',
      check: async () => {
        const stage = await make();
        for (const requirement of stage.requires) {
          const candidates = [withoutRequired(sample(stage, 5), requirement)];
          const fields = { requirement };
          await expectRefusal(() => stage.run(candidates), { code: 'SLUICE_MISSING_SCORES', fields }, requirement);
        }
      },
    },
    {
      name: 'leaves its candidates as they were',
      check: async () => {
        const { stage, cases } = await lists();
        await forAll(cases, options, async (candidates) => {
          const before = candidates.map(({ ranking }) => snapshotOf(ranking));
          await stage.run(candidates);
          expect(candidates.map(({ ranking }) => snapshotOf(ranking))).toEqual(before);
        });
      },
    },
    {
      name: 'has a name, and writes itself down as JSON, if at all',
      check: async () => {
        const { name, spec } = await make();
        expect(name).toMatch(/\S/);
        if (spec !== undefined) expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
      },
    },
  ];
}

/** Fails unless `after` has, for each of its documents, the values that `before` has in `column`. */
export function expectColumnKept(after: Ranking, before: Ranking, column: string): void {
  const [kept, given] = [after.sources[column], before.sources[column]];
  expect(kept, `column '${column}' is kept`).toBeDefined();
  expect(kept?.scale, `scale of '${column}'`).toEqual(given?.scale);
  const positions = Array.from(after.ordinals, (ordinal) => before.ordinals.indexOf(ordinal));
  expect([...(kept?.scores ?? [])], `scores of '${column}'`).toEqual(positions.map((at) => given?.scores[at]));
  expect([...(kept?.ranks ?? [])], `ranks of '${column}'`).toEqual(positions.map((at) => given?.ranks[at]));
}
