/**
 * A generator of numbers from 0 to below 1 that a seed determines: the same seed, the same numbers, on every machine.
 *
 * Source: Vigna and Blackman's xoshiro128**, its state filled by SplitMix32. Period 2^128 - 1; not for secrets.
 */
export function seededRandom(seed: number): () => number {
  const state = Uint32Array.from({ length: 4 }, splitMix(seed));
  return () => {
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const scrambled = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const third = c ^ a;
    const fourth = d ^ b;
    state[1] = b ^ third;
    state[0] = a ^ fourth;
    state[2] = third ^ (b << 9);
    state[3] = rotateLeft(fourth, 11);
    return scrambled / 2 ** 32;
  };
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

function rotateLeft(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

/** Rearranges an array at random, every order equally likely (Fisher and Yates). */
export function shuffle<Item>(items: Item[], random: () => number): Item[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const held = items[last];
    const swapped = items[other];
    if (held === undefined || swapped === undefined) continue;
    items[last] = swapped;
    items[other] = held;
  }
  return items;
}
