import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ProbeSequence } from './probe-sequence.js';

const BITS = 4;

it('meets every bucket of every table exactly once, the cheapest first', () => {
  const cost = fc.integer({ min: 0, max: 5 });
  const costs = fc.integer({ min: 1, max: 3 }).chain((tables) => {
    return fc.array(cost, { minLength: tables * BITS, maxLength: tables * BITS });
  });
  fc.assert(
    fc.property(costs, (values) => {
      const probes = new ProbeSequence(Float32Array.from(values), BITS);
      const met: { bucket: number; cost: number }[] = [];
      while (probes.next()) {
        const { table, flips } = probes;
        met.push({ bucket: (table << BITS) | flips, cost: costOf(values, table, flips) });
      }
      const all = (values.length / BITS) * 2 ** BITS;
      expect(new Set(met.map(({ bucket }) => bucket)).size).toBe(all);
      expect(met).toHaveLength(all);
      const spent = met.map(({ cost: each }) => each);
      expect(spent).toEqual(spent.toSorted((left, right) => left - right));
    }),
  );
});

/** Of the bits that are flipped, one by one. */
function costOf(values: readonly number[], table: number, flips: number): number {
  return values
    .slice(table * BITS, (table + 1) * BITS)
    .reduce((sum, cost, bit) => sum + (((flips >>> bit) & 1) === 1 ? cost : 0), 0);
}
