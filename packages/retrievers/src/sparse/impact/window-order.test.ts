import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WindowOrder } from './window-order.js';

it('has every window with a bound once, none more than the slack above an earlier one', () => {
  const bound = fc.oneof(fc.constantFrom(0, 1, 2), fc.double({ min: 0, max: 1e30, noNaN: true }));
  fc.assert(
    fc.property(fc.array(fc.array(bound, { minLength: 40, maxLength: 40 }), { maxLength: 4 }), (queries) => {
      const order = new WindowOrder(40);
      for (const bounds of queries.map((each) => Float64Array.from(each))) {
        order.sort(bounds);
        const windows = order.windows.subarray(0, order.count);
        const found = Array.from(bounds.keys()).filter((window) => (bounds[window] ?? 0) > 0);
        expect([...windows].sort((left, right) => left - right)).toEqual(found);
        let least = Infinity;
        for (const window of windows) {
          expect(bounds[window]).toBeLessThanOrEqual(least + order.slack);
          least = Math.min(least, bounds[window] ?? 0);
        }
      }
    }),
    { numRuns: 300 },
  );
});
