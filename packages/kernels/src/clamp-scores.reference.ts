import type { ClampScoresCall } from './clamp-scores.js';

/** Plain twin of `clampScores`; what runs where SIMD is missing. */
export function clampScoresReference({ scores, minimum, maximum }: ClampScoresCall): void {
  for (let at = 0; at < scores.length; at++) {
    scores[at] = Math.min(Math.max(scores[at] ?? 0, minimum), maximum);
  }
}
