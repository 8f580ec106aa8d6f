/** Numbers between two yields. */
const STEP = 65_536;
/** Bits that are decided in one pass, and the values that they can have. */
const [BITS, DIGITS] = [8, 256] as const;

/**
 * The least of the `count` largest numbers, without sorting: four passes, each of which decides eight bits. Yields often:
 * drive it with `paced`.
 *
 * @param scores no NaN
 * @param count 1 to the number of scores
 */
export function* leastOfBest(scores: Float32Array, count: number): Generator<undefined, number> {
  const keys = yield* risingKeys(scores);
  const counts = new Uint32Array(DIGITS);
  // What is known of the key that is looked for, and how many of the keys like it are still to be passed.
  let [known, rank] = [0, count];
  for (let shift = 32 - BITS; shift >= 0; shift -= BITS) {
    counts.fill(0);
    const prefix = shift + BITS;
    for (let at = 0; at < keys.length; at++) {
      if (at % STEP === STEP - 1) yield;
      const key = keys[at] ?? 0;
      // A shift by 32 bits would be one by none.
      if (prefix < 32 && key >>> prefix !== known) continue;
      const digit = (key >>> shift) & (DIGITS - 1);
      counts[digit] = (counts[digit] ?? 0) + 1;
    }
    let digit = DIGITS - 1;
    while (digit > 0 && rank > (counts[digit] ?? 0)) rank -= counts[digit--] ?? 0;
    known = ((known << BITS) | digit) >>> 0;
  }
  const bits = known >>> 31 === 1 ? known ^ 0x80000000 : ~known;
  return new Float32Array(Uint32Array.of(bits).buffer)[0] ?? 0;
}

/** Integers that rise with the scores. */
function* risingKeys(scores: Float32Array): Generator<undefined, Uint32Array> {
  const keys = new Uint32Array(scores.slice().buffer);
  for (let at = 0; at < keys.length; at++) {
    const bits = keys[at] ?? 0;
    keys[at] = bits >>> 31 === 1 ? ~bits : bits | 0x80000000;
    if (at % STEP === STEP - 1) yield;
  }
  return keys;
}
