import type { PassageScore } from './passage-score.js';

/** The score of a passage from those of its chunks: the mean of the `top` best. One is the best chunk alone. */
export function meanOfTop(chunks: readonly PassageScore[], top: number): PassageScore {
  if (chunks.length === 1 && chunks[0]) return chunks[0];
  const best = [...chunks].sort((left, right) => right.score - left.score || right.logit - left.logit).slice(0, top);
  let [score, logit] = [0, 0];
  for (const chunk of best) {
    score += chunk.score / best.length;
    logit += chunk.logit / best.length;
  }
  return { score, logit };
}
