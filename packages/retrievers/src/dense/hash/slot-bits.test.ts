import { describe, expect, it } from 'vitest';
import { sameSlotParity } from './same-slot-parity.reference.js';
import { SlotBits } from './slot-bits.js';

describe('SlotBits', () => {
  it.each([0.1, 0.5, 1, 1.49, 3, 10])(
    'at %d slots, flips as often over all places as the Fourier series says',
    (distance) => {
      const width = 2;
      const family = new SlotBits(width, Float64Array.of(0.25));
      const places = Array.from({ length: 1000 }, (_, at) => (width * at) / 1000);
      const score = -((distance * width) ** 2);
      const mean = places.reduce((sum, place) => sum + family.flipOdds(0, place, score), 0) / places.length;
      // The sum of tails is cut off after six slots: at ten slots' distance that leaves a hundredth.
      expect(Math.abs(mean - (1 - sameSlotParity(distance)))).toBeLessThan(distance < 5 ? 0.002 : 0.02);
    },
  );

  it('alternates from slot to slot, also below zero, and never flips at no distance', () => {
    const family = new SlotBits(2, Float64Array.of(0.25));
    expect([-3, -1, 1, 3, 5].map((projection) => family.bit(0, projection))).toEqual([0, 1, 0, 1, 0]);
    expect(family.flipOdds(0, 1.2, 0)).toBe(0);
    // Halfway in a slot is the furthest from where the bit changes.
    expect(family.flipCost(0, 0.5)).toBeGreaterThan(family.flipCost(0, 1.2));
  });
});
