/** Draws numbers that are the same for the same seed: 0 to below 1, as `Math.random()`. Source: Marsaglia's xorshift, 32 bits. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0 || 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Draws from the normal distribution with mean 0 and variance 1. Source: Box and Muller, 1958. */
export function seededNormal(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
