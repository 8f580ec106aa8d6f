import type { Weighing } from './posting-search.js';

const LEAST = 2 ** -149;

/** What a posting adds, as float32, above 0. The formulas of `bm25Formula` in `@sluice/retrievers`, to the last bit. */
export function weighReference(
  { variant, k1, delta }: Weighing,
  weight: number,
  frequency: number,
  norm: number,
): number {
  const { fround } = Math;
  if (variant === 'lucene') {
    return aboveZero(weight - fround(weight / fround(1 + fround(frequency * norm))));
  }
  if (variant === 'bm25l') {
    const shifted = frequency / norm + delta;
    return aboveZero((weight * (k1 + 1) * shifted) / (k1 + shifted));
  }
  const saturation = frequency / (frequency + k1 * norm);
  if (variant === 'atire') return aboveZero(weight * (k1 + 1) * saturation);
  if (variant === 'bm25+') return aboveZero(weight * ((k1 + 1) * saturation + delta));
  return aboveZero(weight * saturation);
}

function aboveZero(value: number): number {
  const rounded = Math.fround(value);
  return rounded > 0 ? rounded : LEAST;
}
