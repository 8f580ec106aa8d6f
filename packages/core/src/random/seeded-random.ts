import { xoshiro128 } from './xoshiro128.js';

/**
 * Draws numbers from 0 to below 1, as `Math.random()` does, but the same for the same seed, on every machine.
 *
 * Neighbouring seeds give unrelated numbers: SplitMix32 spreads the seed over the state of xoshiro128**.
 *
 * @param seed an integer, of which the lowest 32 bits count
 */
export function seededRandom(seed: number): () => number {
  const mixed = splitMix(seed);
  const draw = xoshiro128([mixed(), mixed(), mixed(), mixed()]);
  return () => draw() / 2 ** 32;
}

function splitMix(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}
