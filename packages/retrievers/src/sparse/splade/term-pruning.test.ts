import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stacked } from '../impact/fixtures/word-weights.js';
import { pruneRows, pruneTerms, type TermPruning } from './term-pruning.js';

const vector = { indices: Uint32Array.of(2, 3, 5, 8), values: Float32Array.of(0.7, 2, 0.3, 1) };

it.each<{ why: string; pruning: TermPruning; kept: number[] }>([
  { why: 'nothing asked for', pruning: {}, kept: [2, 3, 5, 8] },
  { why: 'the heaviest', pruning: { terms: 2 }, kept: [3, 8] },
  { why: 'the boundary stays, rounded to float32', pruning: { lightest: 0.7 }, kept: [2, 3, 8] },
  { why: 'a share of the heaviest', pruning: { shareOfHeaviest: 0.5 }, kept: [3, 8] },
  { why: 'a share of the sum, not one term more', pruning: { mass: 0.75 }, kept: [3, 8] },
  { why: 'the whole sum', pruning: { mass: 1 }, kept: [2, 3, 5, 8] },
  { why: 'several together', pruning: { terms: 3, lightest: 1.5 }, kept: [3] },
  { why: 'the heaviest stays whatever is asked for', pruning: { lightest: 9 }, kept: [3] },
])('$why', ({ pruning, kept }) => {
  expect([...pruneTerms(vector, pruning).indices]).toEqual(kept);
});

it('keeps the smaller number among equal weights', () => {
  const equal = { indices: Uint32Array.of(1, 4, 6), values: Float32Array.of(1, 1, 1) };
  expect([...pruneTerms(equal, { terms: 2 }).indices]).toEqual([1, 4]);
});

const weights = fc.uniqueArray(fc.record({ term: fc.nat(50), weight: fc.float({ min: 0.5, max: 8, noNaN: true }) }), {
  selector: ({ term }) => term,
});
const prunings = fc.record(
  {
    terms: fc.integer({ min: 1, max: 9 }),
    lightest: fc.double({ min: 0, max: 9, noNaN: true }),
    shareOfHeaviest: fc.double({ min: 0, max: 1, noNaN: true }),
    mass: fc.double({ min: 0.01, max: 1, noNaN: true }),
  },
  { requiredKeys: [] },
);

it('keeps the heaviest terms at their weights, row by row', () => {
  const property = fc.property(fc.array(weights, { maxLength: 5 }), prunings, (rows, pruning) => {
    const vectors = rows.map((row) => {
      const rising = row.toSorted((left, right) => left.term - right.term);
      return {
        indices: Uint32Array.from(rising, ({ term }) => term),
        values: Float32Array.from(rising, ({ weight }) => weight),
      };
    });
    const pruned = vectors.map((each) => pruneTerms(each, pruning));
    for (const [row, { indices, values }] of pruned.entries()) {
      const whole = new Map(rows[row]?.map(({ term, weight }) => [term, Math.fround(weight)]));
      expect([...indices].every((term, at) => whole.get(term) === values[at])).toBe(true);
      for (const term of indices) whole.delete(term);
      const dropped = Math.max(0, ...whole.values());
      expect(values.every((weight) => weight >= dropped)).toBe(true);
      expect(indices.length).toBeGreaterThanOrEqual(Math.min(1, rows[row]?.length ?? 0));
    }
    expect(pruneRows(stacked(vectors, 51), pruning)).toEqual(stacked(pruned, 51));
  });
  fc.assert(property);
});

describe('refuses', () => {
  it.each([{ terms: 0 }, { lightest: -1 }, { shareOfHeaviest: 1.5 }, { mass: 0 }])('%o', (pruning) => {
    expect(() => pruneTerms(vector, pruning)).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_OPTIONS' }));
  });
});
