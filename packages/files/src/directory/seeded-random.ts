/** An integer from 0 to `below - 1`; 0 when `below` is 0 or 1. */
export type Random = (below: number) => number;

/** Repeatable numbers for planned faults: mulberry32 (Tommy Ettinger, public domain), good enough to choose with. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000) * below);
  };
}
