import fc from 'fast-check';
import { expect, it } from 'vitest';
import { heaviestTerms } from './heaviest-terms.js';

it('keeps what sorting by weight, then by term, puts first', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 12 });
  fc.assert(
    fc.property(weights, fc.integer({ min: 1, max: 12 }), (list, most) => {
      const vector = { indices: Uint32Array.from(list, (_, at) => 3 * at), values: Float32Array.from(list) };
      const { indices, values } = heaviestTerms(vector, most);
      const order = [...list.keys()].sort((a, b) => (list[b] ?? 0) - (list[a] ?? 0) || a - b).slice(0, most);
      const kept = order.sort((a, b) => a - b);
      expect([...indices]).toEqual(kept.map((at) => 3 * at));
      expect([...values]).toEqual(kept.map((at) => list[at]));
    }),
  );
});
