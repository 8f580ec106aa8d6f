import { describe, expect, it } from 'vitest';
import { insertionOrder } from './insertion-order.js';

describe('insertionOrder', () => {
  const values = Float32Array.of(3, Number.POSITIVE_INFINITY, 1, 3, Number.POSITIVE_INFINITY, 2);

  it.each([
    { mode: 'descending' as const, order: [1, 4, 0, 3, 5, 2] },
    { mode: 'ascending' as const, order: [2, 5, 0, 3, 1, 4] },
  ])('is $mode, equal values in their order', ({ mode, order }) => {
    expect([...insertionOrder(values, mode)]).toEqual(order);
  });

  it('is a permutation that the seed decides', () => {
    const many = new Float32Array(500);
    const order = insertionOrder(many, 'random', 7);
    expect([...order].sort((left, right) => left - right)).toEqual(Array.from(many, (_, at) => at));
    expect(insertionOrder(many, 'random', 7)).toEqual(order);
    expect(insertionOrder(many, 'random', 8)).not.toEqual(order);
  });

  it('refuses NaN, and says where', () => {
    expect(() => insertionOrder(Float32Array.of(1, Number.NaN), 'descending')).toThrow(
      expect.objectContaining({ code: 'SLUICE_INVALID_INPUT', row: 1 }),
    );
  });
});
