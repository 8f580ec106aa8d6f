import { seededRandom } from '@sluice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pooledAreaInterval } from './area-interval.js';
import { poolScores } from './pool.js';
import { pooledPrecisionRecallArea } from './precision-recall.js';

interface List {
  readonly scores: readonly number[];
  readonly labels: readonly number[];
}

function joined(lists: readonly List[]) {
  const offsets = Uint32Array.from([
    0,
    ...lists.map((_, at) => lists.slice(0, at + 1).flatMap(({ labels }) => labels).length),
  ]);
  const labels = Uint8Array.from(lists.flatMap((list) => list.labels));
  return { scores: lists.flatMap((list) => list.scores), labels, offsets };
}

const lists = fc.array(
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.constantFrom(0, 1)), { minLength: 1, maxLength: 8 })
    .map((pairs): List => ({ scores: pairs.map(([score]) => score), labels: pairs.map(([, label]) => label) })),
  { minLength: 2, maxLength: 6 },
);

describe('pooledAreaInterval', () => {
  it('is that of pools in which drawn queries stand as often as they were drawn', async () => {
    await fc.assert(
      fc.asyncProperty(lists, fc.integer({ min: 0, max: 1000 }), async (given, seed) => {
        const random = seededRandom(seed);
        const areas = Array.from({ length: 100 }, () => {
          const drawn = given.flatMap(() => given[Math.floor(random() * given.length)] ?? []);
          const { scores, labels } = joined(drawn);
          return pooledPrecisionRecallArea(poolScores(scores, labels));
        }).sort((left, right) => left - right);
        const interval = await pooledAreaInterval(joined(given), { rounds: 100, seed });
        expect(interval.low).toBeCloseTo(areas[2] ?? Number.NaN, 10);
        expect(interval.high).toBeCloseTo(areas[97] ?? Number.NaN, 10);
      }),
      { numRuns: 30 },
    );
  });

  it('is a point where all queries are alike', async () => {
    const alike = Array.from({ length: 10 }, (): List => ({ scores: [3, 2, 1], labels: [0, 1, 0] }));
    const { low, high } = await pooledAreaInterval(joined(alike));
    expect([low, high]).toEqual([0.5, 0.5]);
  });

  it('holds the area itself over more pairs than a step has', async () => {
    const many = Array.from(
      { length: 20 },
      (_, at): List => ({
        scores: Array.from({ length: 5000 }, (_, row) => row * 20 + at),
        labels: Array.from({ length: 5000 }, (_, row) => Number(row % 7 === 0)),
      }),
    );
    const { low, high } = await pooledAreaInterval(joined(many), { rounds: 100 });
    const { scores, labels } = joined(many);
    const area = pooledPrecisionRecallArea(poolScores(scores, labels));
    expect(low).toBeLessThanOrEqual(area + 1e-4);
    expect(high).toBeGreaterThanOrEqual(area - 1e-4);
  });

  it('refuses one query, and scores that are NaN', async () => {
    const one = joined([{ scores: [1], labels: [1] }]);
    await expect(pooledAreaInterval(one)).rejects.toMatchObject({ code: 'SLUICE_INVALID_INPUT' });
    const unscored = joined([
      { scores: [1], labels: [1] },
      { scores: [Number.NaN], labels: [0] },
    ]);
    await expect(pooledAreaInterval(unscored)).rejects.toMatchObject({ row: 1 });
  });
});
