import type { RelevanceFilter } from '@sluice/core';
import { rankingWith, restsDuring, testRelevanceFilter } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { largestGap } from './largest-gap.js';
import { probabilityFloor } from './probability-floor.js';
import { scoreThreshold } from './score-threshold.js';
import { shareOfTopFloor } from './share-of-top-floor.js';
import { topP } from './top-p.js';
import { zScoreFloor } from './z-score-floor.js';

testRelevanceFilter('probabilityFloor', () => probabilityFloor());
testRelevanceFilter('scoreThreshold', () => scoreThreshold({ threshold: 0.3 }));
testRelevanceFilter('zScoreFloor', () => zScoreFloor());
testRelevanceFilter('shareOfTopFloor', () => shareOfTopFloor());
testRelevanceFilter('largestGap', () => largestGap());
testRelevanceFilter('topP', () => topP());

const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

async function kept(filter: RelevanceFilter, scores: readonly number[]): Promise<string> {
  const column = filter.requires[0] ?? '';
  const ranking = rankingWith({ ids: ids.slice(0, scores.length), [column]: scores });
  const [result] = await filter.select([{ query: { text: 'q' }, ranking }]);
  return (result?.ids ?? []).join('');
}

it('lets others work between lists', async () => {
  const ranking = rankingWith({ ids: ['a', 'b'], dense: [0.9, 0.2] });
  const many = Array.from({ length: 200 }, () => ({ query: { text: 'q' }, ranking }));
  expect(await restsDuring(() => scoreThreshold({ threshold: 0.3 }).select(many))).toBeGreaterThan(190);
});

describe.each([
  { rule: 'probabilityFloor', filter: probabilityFloor({ threshold: 0.7 }), scores: [0.9, 0.7, 0.2], expected: 'ab' },
  { rule: 'probabilityFloor', filter: probabilityFloor({ threshold: 0.95 }), scores: [0.9, 0.7], expected: '' },
  { rule: 'scoreThreshold', filter: scoreThreshold({ threshold: 0.3 }), scores: [0.2, 0.3, 0.4], expected: 'bc' },
  { rule: 'zScoreFloor', filter: zScoreFloor({ deviations: 1 }), scores: [9, 1, 1, 1, 1], expected: 'a' },
  { rule: 'zScoreFloor', filter: zScoreFloor({ deviations: 9 }), scores: [0.1, 0.1, 0.1], expected: 'abc' },
  { rule: 'shareOfTopFloor', filter: shareOfTopFloor({ share: 0.5 }), scores: [0.8, 0.4, 0.39], expected: 'ab' },
  { rule: 'shareOfTopFloor', filter: shareOfTopFloor(), scores: [-0.2, -0.1], expected: 'b' },
  { rule: 'largestGap', filter: largestGap(), scores: [0.9, 0.85, 0.4, 0.35], expected: 'ab' },
  { rule: 'largestGap', filter: largestGap({ within: 2 }), scores: [0.9, 0.85, 0.1], expected: 'a' },
  { rule: 'largestGap', filter: largestGap(), scores: [0.5, 0.5], expected: 'ab' },
  { rule: 'topP', filter: topP({ share: 0.9 }), scores: [0.8, 0.1, 0.1], expected: 'abc' },
  { rule: 'topP', filter: topP({ share: 0.8 }), scores: [0.8, 0.1, 0.1], expected: 'a' },
])('$rule', ({ filter, scores, expected }) => {
  it(`keeps '${expected}' of ${JSON.stringify(scores)}`, async () => {
    expect(await kept(filter, scores)).toBe(expected);
  });

  it('keeps nothing of nothing, and refuses a list without its column', async () => {
    expect(await kept(filter, [])).toBe('');
    const bare = [{ query: { text: 'q' }, ranking: rankingWith({ ids: ['a'] }) }];
    await expect(filter.select(bare)).rejects.toMatchObject({ code: 'SLUICE_MISSING_SCORES' });
  });
});

it('keeps at least minKeep from the top', async () => {
  expect(await kept(probabilityFloor({ threshold: 0.95, minKeep: 2 }), [0.9, 0.7, 0.2])).toBe('ab');
});

it('names the option that is out of range', () => {
  expect(() => probabilityFloor({ threshold: 70 })).toThrow(expect.objectContaining({ path: 'threshold' }));
  expect(() => topP({ share: 0 })).toThrow(expect.objectContaining({ path: 'share' }));
});
