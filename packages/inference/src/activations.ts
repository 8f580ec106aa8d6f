import type { Activation } from './folder/sentence-modules.js';

/** What follows a linear map, number by number. */
export const activate: Readonly<Record<Activation, (value: number) => number>> = {
  identity: (value) => value,
  tanh: Math.tanh,
  relu: (value) => Math.max(0, value),
  sigmoid: (value) => 1 / (1 + Math.exp(-value)),
  gelu: (value) => 0.5 * value * (1 + errorFunction(value / Math.SQRT2)),
};

/** Abramowitz and Stegun 7.1.26 is too coarse for float32; this is the series below 3 and the fraction above. */
function errorFunction(x: number): number {
  const size = Math.abs(x);
  return Math.sign(x) * (size < 3 ? seriesOfErf(size) : 1 - fractionOfErfc(size));
}

function seriesOfErf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * sum; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

function fractionOfErfc(x: number): number {
  let fraction = 0;
  for (let n = 40; n > 0; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}
