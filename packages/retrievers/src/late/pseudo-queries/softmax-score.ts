/**
 * What a document is worth by the scores of its vectors: their mean, weighed by softmax. Between their mean and the
 * largest; the order of the vectors, and having all of them twice, makes no difference.
 *
 * @param scores at least one
 * @param temperature above 0: near 0 the largest, large the mean
 */
export function softmaxScore(scores: Float32Array, temperature: number): number {
  const largest = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
  let [sum, weights] = [0, 0];
  for (const score of scores) {
    const weight = Math.exp((score - largest) / temperature);
    weights += weight;
    sum += weight * (score - largest);
  }
  return Math.fround(largest + sum / weights);
}
