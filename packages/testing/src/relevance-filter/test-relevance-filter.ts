import type { Ranking, RelevanceFilter } from '@sluice/core';
import { expect } from 'vitest';
import { candidateLists } from '../candidates/random-candidates.js';
import { expectColumnKept, type StageKitOptions, stageChecks } from '../candidates/stage-checks.js';
import type { Check } from '../kit/check.js';
import { forAll } from '../kit/property.js';
import { runChecks } from '../kit/run-checks.js';
import { expectSoundRanking } from '../ranking/expect-rankings.js';

/** Makes the filter; called for each check. */
export type RelevanceFilterFactory = () => RelevanceFilter | Promise<RelevanceFilter>;

/**
 * Registers the contract of {@link RelevanceFilter} as a vitest suite.
 *
 * @example testRelevanceFilter('probabilityFloor', () => probabilityFloor());
 */
export function testRelevanceFilter(
  name: string,
  factory: RelevanceFilterFactory,
  options: StageKitOptions = {},
): void {
  runChecks(`${name} is a RelevanceFilter`, relevanceFilterChecks(factory, options), options.skip);
}

/** The same checks as a list, to be run by hand. */
export function relevanceFilterChecks(factory: RelevanceFilterFactory, options: StageKitOptions = {}): Check[] {
  const stage = async () => {
    const filter = await factory();
    const { name, requires } = filter;
    return {
      name,
      requires,
      run: (...call: Parameters<RelevanceFilter['select']>) => filter.select(...call),
      spec: filter.toSpec?.(),
    };
  };
  const lawCheck: Check = {
    name: 'selects a subsequence: nothing added, rescored or reordered, columns kept',
    check: async () => {
      const filter = await factory();
      const cases = candidateLists({ requires: filter.requires, queryDimensions: options.queryDimensions ?? 8 });
      await forAll(cases, options, async (candidates) => {
        const answers = await filter.select(candidates);
        for (const [at, { ranking }] of candidates.entries()) expectSubsequence(answers[at], ranking);
      });
    },
  };
  return [lawCheck, ...stageChecks(stage, options)];
}

function expectSubsequence(answer: Ranking | undefined, given: Ranking): void {
  if (!answer) expect.fail('no ranking for a list of candidates');
  expect(answer.space).toBe(given.space);
  expectSoundRanking(answer, { scale: given.scale, ties: 'as given', topK: given.length });
  const positions = Array.from(answer.ordinals, (ordinal) => given.ordinals.indexOf(ordinal));
  expect(positions, 'positions in the given ranking').not.toContain(-1);
  expect(positions, 'positions in the given ranking').toEqual(positions.toSorted((left, right) => left - right));
  expect([...answer.scores], 'scores').toEqual(positions.map((at) => given.scores[at]));
  for (const column of Object.keys(given.sources)) expectColumnKept(answer, given, column);
}
