import { type Matrix, matrix, seededRandom, type VectorIndex } from '@sluice/core';
import { exactIndex, expectRefusal, forAll } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdaptiveKnn, type FitAdaptiveKnnOptions } from './adaptive-knn.js';

interface Labelled {
  readonly points: Matrix;
  readonly labels: Int32Array;
}

function indexOf(points: Matrix): VectorIndex {
  const index = exactIndex({ dimensions: points.columns, similarity: 'euclidean' });
  index.add(
    Uint32Array.from({ length: points.rows }, (_, row) => row),
    points,
  );
  return index;
}

const fit = (data: Labelled, options: Partial<FitAdaptiveKnnOptions> = {}): Promise<AdaptiveKnn> =>
  AdaptiveKnn.fit({ index: indexOf(data.points), ...data, ...options });

/** From the definition, one point at a time: sorted by distance, then by row. */
function plainKnn({ points, labels }: Labelled, at: readonly number[], k: number, without = -1): number {
  const near = [...labels.keys()]
    .filter((row) => row !== without)
    .map((row) => ({
      row,
      far: at.reduce((sum, value, d) => sum + (value - (points.data[row * points.columns + d] ?? 0)) ** 2, 0),
    }))
    .sort((a, b) => a.far - b.far || a.row - b.row)
    .slice(0, k);
  const votes = (label: number) => near.filter(({ row }) => labels[row] === label).length;
  const most = Math.max(...near.map(({ row }) => votes(labels[row] ?? 0)));
  return labels[near.find(({ row }) => votes(labels[row] ?? 0) === most)?.row ?? 0] ?? 0;
}

/** Few distinct coordinates, so that ties and duplicates are common. */
const clouds = fc
  .array(
    fc.record({
      x: fc.integer({ min: 0, max: 6 }),
      y: fc.integer({ min: 0, max: 6 }),
      label: fc.integer({ min: 0, max: 2 }),
    }),
    {
      minLength: 2,
      maxLength: 30,
    },
  )
  .map(
    (list): Labelled => ({
      points: matrix(Float32Array.from(list.flatMap(({ x, y }) => [x, y])), 2),
      labels: Int32Array.from(list, ({ label }) => label),
    }),
  );

const place = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }));

it('is plain k nearest neighbours when there is one k', async () => {
  await forAll(fc.tuple(clouds, place, fc.integer({ min: 1, max: 7 })), {}, async ([data, at, k]) => {
    const knn = await fit(data, { ks: [k] });
    const [found] = await knn.predict(matrix(Float32Array.from(at), 2));
    expect(found).toMatchObject({ k, label: plainKnn(data, at, k) });
  });
});

it('takes the k that is best over all when all points are similar, each judged without itself', async () => {
  await forAll(fc.tuple(clouds, place), {}, async ([data, at]) => {
    const ks = [1, 2, 3, 5, 9];
    const right = ks.map(
      (k) =>
        [...data.labels].filter((label, row) => {
          const point = [...data.points.data.subarray(2 * row, 2 * row + 2)];
          return plainKnn(data, point, k, row) === label;
        }).length,
    );
    const best = right.indexOf(Math.max(...right));
    const knn = await fit(data, { ks, similar: data.labels.length });
    const [found] = await knn.predict(matrix(Float32Array.from(at), 2));
    expect(found?.k).toBe(ks[best]);
    expect(found?.expectedAccuracy).toBeCloseTo((right[best] ?? 0) / data.labels.length, 6);
  });
});

it('leaves a point out of its own neighbours among copies of it', async () => {
  // Six points at one place, labels mixed: one neighbour is right by luck only, never because it is the point itself.
  const data = { points: matrix(new Float32Array(12).fill(3), 2), labels: Int32Array.of(0, 1, 2, 3, 4, 5) };
  const [found] = await (await fit(data, { ks: [1], shrinkage: 0 })).predict(matrix(Float32Array.of(3, 3), 2));
  expect(found?.expectedAccuracy).toBe(0);
});

/** Left half: dense, one label in four wrong. Right half: sparse stripes, all labels right. */
function halves(count: number, seed: number): Labelled {
  const random = seededRandom(seed);
  const rows = Array.from({ length: count }, (_, at) => {
    const [x, y] = [random(), random()];
    if (at % 2 === 0) return { x: -x, y, label: Number(y > 0.5 !== random() < 0.25) };
    return { x: 0.2 + x, y, label: Math.floor(y * 5) % 2 };
  });
  return {
    points: matrix(Float32Array.from(rows.flatMap(({ x, y }) => [x, y])), 2),
    labels: Int32Array.from(rows, ({ label }) => label),
  };
}

function share(found: readonly { readonly label: number }[], labels: Int32Array): number {
  return found.filter(({ label }, at) => label === labels[at]).length / labels.length;
}

describe('on a dense noisy half and a sparse clean one', () => {
  const [known, asked] = [halves(500, 1), halves(500, 2)];

  it('is right more often than with any fixed k', async () => {
    const adaptive = share(await (await fit(known)).predict(asked.points), asked.labels);
    for (const k of [1, 3, 5, 9, 15, 31]) {
      const fixed = share(await (await fit(known, { ks: [k] })).predict(asked.points), asked.labels);
      expect(adaptive).toBeGreaterThan(fixed);
    }
  });

  it('is as often right as it says', async () => {
    const found = await (await fit(known)).predict(asked.points);
    const ranked = found
      .map(({ expectedAccuracy, label }, at) => ({ expectedAccuracy, right: Number(label === asked.labels[at]) }))
      .sort((a, b) => a.expectedAccuracy - b.expectedAccuracy);
    for (let from = 0; from < ranked.length; from += 125) {
      const bin = ranked.slice(from, from + 125);
      const mean = (pick: (each: (typeof bin)[number]) => number) =>
        bin.reduce((sum, each) => sum + pick(each), 0) / bin.length;
      // Two standard errors of 125 answers, and what choosing the best of sixteen flatters.
      expect(Math.abs(mean(({ right }) => right) - mean(({ expectedAccuracy }) => expectedAccuracy))).toBeLessThan(0.1);
    }
  });
});

it('refuses points without labels, an index of others, and numbers below one', async () => {
  const data = halves(8, 1);
  const input = { code: 'SLUICE_INVALID_INPUT' } as const;
  await expectRefusal(() => fit({ points: matrix(new Float32Array(0), 2), labels: new Int32Array(0) }), input);
  await expectRefusal(() => fit({ ...data, labels: data.labels.subarray(1) }), input);
  await expectRefusal(() => fit(data, { index: indexOf(halves(9, 1).points) }), input);
  const gap = exactIndex({ dimensions: 2, similarity: 'euclidean' });
  gap.add(Uint32Array.of(0, 1, 2, 3, 4, 5, 9, 7), data.points);
  await expectRefusal(() => fit(data, { index: gap }), input);
  await expectRefusal(() => fit(data, { ks: [0] }), { code: 'SLUICE_INVALID_OPTIONS' });
  await expectRefusal(() => fit(data, { similar: 0 }), { code: 'SLUICE_INVALID_OPTIONS' });
  await expect(fit(data, { signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
});
