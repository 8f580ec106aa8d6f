/**
 * The share of the nearest that was found, from how many trees found each: those that only one tree found tell of
 * others that none did.
 *
 * Source: Chao 1987, a lower bound on what capture and recapture misses: f1² / (2 f2), with f1 and f2 the numbers
 * found by exactly one tree and by exactly two.
 *
 * @param trees that looked, at least 2
 * @param captures for each that was found, how many trees found it, 1 to `trees`
 */
export function capturedRecall(trees: number, captures: Uint32Array): number {
  let [once, twice] = [0, 0];
  for (const count of captures) {
    once += Number(count === 1);
    twice += Number(count === 2);
  }
  const missed = twice === 0 ? (once * (once - 1)) / 2 : (once * once) / (2 * twice);
  return captures.length / (captures.length + ((trees - 1) / trees) * missed);
}
