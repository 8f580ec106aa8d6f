/**
 * Positions of the scores by falling score, equal scores by position. -0 equals 0; no score may be NaN.
 *
 * A radix sort of the bits, eight at a time: O(n), without a comparison.
 */
export function fallingOrder(scores: Float32Array): Uint32Array {
  const keys = fallingKeys(scores);
  let order = new Uint32Array(scores.length);
  for (let at = 0; at < order.length; at++) order[at] = at;
  let next = new Uint32Array(scores.length);
  const starts = new Uint32Array(256);
  for (let shift = 0; shift < 32; shift += 8) {
    countStarts(keys, shift, starts);
    for (let at = 0; at < order.length; at++) {
      const position = order[at] ?? 0;
      const digit = ((keys[position] ?? 0) >>> shift) & 255;
      const place = starts[digit] ?? 0;
      starts[digit] = place + 1;
      next[place] = position;
    }
    [order, next] = [next, order];
  }
  return order;
}

/** Overwrites `starts` with the place at which each digit's positions begin. */
function countStarts(keys: Uint32Array, shift: number, starts: Uint32Array): void {
  starts.fill(0);
  for (let at = 0; at < keys.length; at++) {
    const digit = ((keys[at] ?? 0) >>> shift) & 255;
    starts[digit] = (starts[digit] ?? 0) + 1;
  }
  let place = 0;
  for (let digit = 0; digit < 256; digit++) {
    const count = starts[digit] ?? 0;
    starts[digit] = place;
    place += count;
  }
}

/** Integers that fall as the scores rise. */
function fallingKeys(scores: Float32Array): Uint32Array {
  const unsigned = new Float32Array(scores.length);
  // Adding 0 turns -0 into 0, whose bits differ.
  for (let at = 0; at < scores.length; at++) unsigned[at] = (scores[at] ?? 0) + 0;
  const keys = new Uint32Array(unsigned.buffer);
  for (let at = 0; at < keys.length; at++) {
    const bits = keys[at] ?? 0;
    keys[at] = bits >>> 31 === 1 ? bits : ~bits ^ 0x80000000;
  }
  return keys;
}
