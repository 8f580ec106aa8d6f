import { expect, it } from 'vitest';
import { seededRandom } from './seeded-random.js';
import { shuffled } from './shuffled.js';

it('gives every order equally often', () => {
  const random = seededRandom(3);
  const orders = new Map<string, number>();
  for (let round = 0; round < 6000; round++) {
    const order = shuffled(3, random).join('');
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  expect(orders.size).toBe(6);
  // Five standard deviations of a binomial with mean 1,000.
  for (const count of orders.values()) expect(Math.abs(count - 1000)).toBeLessThan(5 * 29);
});

it('holds each number once, and nothing of nothing', () => {
  expect([...shuffled(1000, seededRandom(1))].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 1000 }, (_, at) => at),
  );
  expect(shuffled(0, seededRandom(1))).toHaveLength(0);
});
