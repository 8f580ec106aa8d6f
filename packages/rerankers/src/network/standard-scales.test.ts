import { unpaced } from '@sluice/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scalesOf, standardise } from './standard-scales.js';

const number = fc.float({ min: -100, max: 100, noNaN: true });

it('brings what it was made of to mean 0 and deviation 1, and what is the same everywhere to 0', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number), { minLength: 2, maxLength: 30 }), number, (pairs, constant) => {
      const features = Float64Array.from(pairs.flatMap(([first, second]) => [first, constant, second]));
      const scales = unpaced(scalesOf(features, 3));
      expect(scales.deviations[1]).toBe(1);
      unpaced(standardise(features, scales));
      for (let column = 0; column < 3; column++) {
        const values = [...features].filter((_, at) => at % 3 === column);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
        expect(mean).toBeCloseTo(0, 6);
        if (variance > 1e-6) expect(variance).toBeCloseTo(1, 6);
        else expect(variance).toBeCloseTo(0, 6);
      }
    }),
  );
});

it('puts rows that it was not made of on the same scales', () => {
  const scales = unpaced(scalesOf(Float32Array.of(1, 10, 3, 30), 2));
  const fresh = Float32Array.of(5, 20);
  unpaced(standardise(fresh, scales));
  expect([...fresh]).toEqual([3, 0]);
});
