/** Mean and standard deviation of a list's scores; a deviation of exactly 0 where they are equal, and 0 of none. */
export function momentsOf(scores: Float32Array): { readonly mean: number; readonly deviation: number } {
  let mean = 0;
  for (const score of scores) mean += score / scores.length;
  let variance = 0;
  for (const score of scores) variance += (score - mean) ** 2 / scores.length;
  // Rounding leaves equal scores a variance of about 1e-16 of their square.
  return { mean, deviation: variance <= 1e-14 * mean * mean ? 0 : Math.sqrt(variance) };
}

/** How many standard deviations each score is from the list's mean; 0 where they are equal. */
export function zScoresOf(scores: Float32Array): Float32Array {
  const { mean, deviation } = momentsOf(scores);
  return scores.map((score) => (deviation === 0 ? 0 : (score - mean) / deviation));
}
