import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fallingOrder } from './falling-order.js';

const score = fc.oneof(
  fc.constantFrom(-0, 0, 1, -1, 1e-45, 3.4e38, Number.POSITIVE_INFINITY),
  fc.float({ noNaN: true }),
);

it('sorts as a stable sort by falling score does', () => {
  fc.assert(
    fc.property(fc.array(score, { maxLength: 300 }), (scores) => {
      const values = Float32Array.from(scores);
      const falling = (left: number, right: number): number => {
        const [a = 0, b = 0] = [values[left], values[right]];
        return Number(a < b) - Number(a > b);
      };
      expect([...fallingOrder(values)]).toEqual([...values.keys()].sort(falling));
    }),
    { numRuns: 500 },
  );
});
