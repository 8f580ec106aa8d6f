import { runRandomOperations } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { indexFamilies, throughContainer } from './index-families.js';

/** In all; `SLUICE_OPERATIONS=200000` for the whole run of a release. */
const OPERATIONS = Number(process.env.SLUICE_OPERATIONS ?? 4200);
const SEED = Number(process.env.SLUICE_SEED ?? 1);
const SIMILARITIES = ['cosine', 'dot', 'euclidean'] as const;
const DIMENSIONS = 16;

// An int8 number is off by at most half a code, max / 254: an inner product by |q|₁ max / 254, a squared distance by
// twice that with |q - x|₁; numbers are -3 to 3. A float16 holds these exactly, and is off by less under cosine.
const rounding = {
  cosine: Math.sqrt(DIMENSIONS) / 254,
  dot: (DIMENSIONS * 3 * 3) / 254,
  euclidean: (2 * DIMENSIONS * 6 * 3) / 254,
};

describe.each(indexFamilies)('$name', ({ name, recall, scores, ...factory }) => {
  it.each(SIMILARITIES)(
    'agrees with brute force through random operations, %s',
    async (similarity) => {
      const operations = Math.ceil(OPERATIONS / indexFamilies.length / SIMILARITIES.length);
      const report = await runRandomOperations(factory, {
        ...{ shape: { dimensions: DIMENSIONS, similarity }, operations, seed: SEED, through: throughContainer },
        ...(recall !== undefined && { recall }),
        ...(scores === 'rounded' && { tolerance: rounding[similarity] }),
      });
      if (process.env.SLUICE_OPERATIONS) console.log(name, similarity, SEED, JSON.stringify(report));
      expect(Object.values(report.counts).reduce((sum, count) => sum + count, 0)).toBe(operations);
    },
    1_200_000,
  );
});
