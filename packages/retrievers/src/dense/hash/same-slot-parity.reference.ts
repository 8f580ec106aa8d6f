/**
 * The probability that two projections at a distance, in slots, fall into slots of the same parity, over all places of
 * the ruler: a Fourier series, the triangle wave's harmonics each damped by the normal distribution.
 *
 * Oracle of `SlotBits`, which sums tails for one place.
 */
export function sameSlotParity(distance: number): number {
  let sum = 0.5;
  for (let k = 1; k < 60; k += 2) {
    sum += (4 / (Math.PI * k) ** 2) * Math.exp(-((Math.PI * k * distance) ** 2) / 2);
  }
  return sum;
}
