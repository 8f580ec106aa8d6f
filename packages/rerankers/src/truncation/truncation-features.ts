/** Numbers that describe a place to cut. */
export const TRUNCATION_FEATURES = 9;

/**
 * Describes each place at which a list can be cut, 0 (nothing stays) to n (all stay): the last score that would stay as
 * it is, as a z-score and as a gap to the top, the fall behind it in deviations, the logarithm of the place; the list's
 * mean, deviation and top; and whether nothing stays.
 *
 * @param falling scores, best first
 * @returns (n + 1) x {@link TRUNCATION_FEATURES}, row-major
 */
export function truncationFeatures(falling: Float32Array): Float32Array {
  const rows = new Float32Array((falling.length + 1) * TRUNCATION_FEATURES);
  const top = falling[0] ?? 0;
  const mean = falling.reduce((sum, score) => sum + score, 0) / Math.max(1, falling.length);
  const variance = falling.reduce((sum, score) => sum + (score - mean) ** 2, 0) / Math.max(1, falling.length);
  // Rounding leaves equal scores a variance of about 1e-14 of their square.
  const deviation = variance <= 1e-12 * mean * mean ? 1 : Math.sqrt(variance);
  for (let place = 0; place <= falling.length; place++) {
    const at = place * TRUNCATION_FEATURES;
    const last = falling[Math.max(0, place - 1)] ?? 0;
    const next = falling[place] ?? falling.at(-1) ?? 0;
    rows[at] = last;
    rows[at + 1] = (last - mean) / deviation;
    rows[at + 2] = top - last;
    rows[at + 3] = place === 0 ? 0 : (last - next) / deviation;
    rows[at + 4] = Math.log1p(place);
    rows[at + 5] = mean;
    rows[at + 6] = deviation;
    rows[at + 7] = top;
    rows[at + 8] = place === 0 ? 1 : 0;
  }
  return rows;
}

/** Scores best first, and where each stood. Of equal scores the earlier comes first. */
export function fallingScores(scores: Float32Array): { readonly falling: Float32Array; readonly order: Uint32Array } {
  const order = Uint32Array.from(scores, (_, at) => at).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  return { falling: Float32Array.from(order, (at) => scores[at] ?? 0), order };
}
