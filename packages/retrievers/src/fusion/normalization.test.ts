import { bm25Scale, cosineScale, dotScale, idSpace, Ranking, type Scale } from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { type Normalization, normalize } from './normalization.js';

describe.each<{ normalization: Normalization; scores: number[]; scale?: Scale; expected: number[]; missing: number }>([
  { normalization: 'z-score', scores: [3, 1], expected: [1, -1], missing: -1 },
  { normalization: 'z-score', scores: [4, 4, 4], expected: [0, 0, 0], missing: -1 },
  { normalization: 'z-score', scores: [0.1, 0.1, 0.1], expected: [0, 0, 0], missing: -1 },
  { normalization: 'min-max', scores: [3, 2, -1], expected: [1, 0.75, 0], missing: 0 },
  { normalization: 'min-max', scores: [7], expected: [1], missing: 0 },
  { normalization: 'theoretical', scores: [1, 0, -0.5], scale: cosineScale, expected: [1, 0.5, 0.25], missing: 0 },
  { normalization: 'theoretical', scores: [8, 2], scale: bm25Scale, expected: [1, 0.25], missing: 0 },
  { normalization: 'theoretical', scores: [8, 2], scale: dotScale, expected: [1, 0], missing: 0 },
  { normalization: 'theoretical-minimum', scores: [0.5, -1], scale: cosineScale, expected: [1, 0], missing: 0 },
  { normalization: 'theoretical-minimum', scores: [0, 0], scale: bm25Scale, expected: [1, 1], missing: 0 },
  { normalization: 'three-sigma', scores: [1, 0, -1], expected: [4 / 6, 0.5, 2 / 6], missing: 0 },
  { normalization: 'three-sigma', scores: [5], expected: [0.5], missing: 0 },
  { normalization: 'none', scores: [2, -3], expected: [2, -3], missing: -3 },
  { normalization: 'none', scores: [2, 1], expected: [2, 1], missing: 0 },
])('$normalization of $scores', ({ normalization, scores, scale = dotScale, expected, missing }) => {
  it('is what the definition gives by hand', () => {
    const space = idSpace(scores.map((_, at) => `d${at}`));
    const ordinals = Uint32Array.from(scores, (_, at) => at);
    const ranking = new Ranking({ space, ordinals, scores: Float32Array.from(scores), scale });
    const normalized = normalize(normalization, ranking);
    expect(normalized.missing).toBe(missing);
    expect(normalized.scores).toHaveLength(expected.length);
    for (const [at, value] of normalized.scores.entries()) expect(value).toBeCloseTo(expected[at] ?? Number.NaN, 12);
  });
});

it('an outlier below three standard deviations lowers what is missing with it', () => {
  const scores = Float32Array.from({ length: 30 }, (_, at) => (at === 29 ? -100 : 1));
  const space = idSpace(Array.from(scores, (_, at) => `d${at}`));
  const ordinals = Uint32Array.from(scores, (_, at) => at);
  const { scores: normalized, missing } = normalize(
    'three-sigma',
    new Ranking({ space, ordinals, scores, scale: dotScale }),
  );
  expect(normalized[29]).toBeLessThan(0);
  expect(missing).toBe(normalized[29]);
});
