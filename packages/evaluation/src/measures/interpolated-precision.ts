import { z } from 'zod';
import type { JudgedRanking } from '../judged-ranking.js';
import { type MeasureFamily, measureFamily, rel } from './measure-family.js';

const recallLevel = z.number().min(0).max(1);

/** `IPrec@r`: the greatest precision at any rank where recall is at least r, r from 0 to 1. */
export const interpolatedPrecision: MeasureFamily = measureFamily({
  name: 'IPrec',
  at: 'recall',
  parameters: z.strictObject({ rel, recall: recallLevel }),
  of: (query, { rel, recall }) => interpolatedPrecisionAt(query, rel, recall),
});

const ELEVEN_POINTS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1] as const;

/** `IPrec11`: the mean of interpolated precision at recall 0, .1, ..., 1 (trec_eval's 11pt_avg). */
export const elevenPointPrecision: MeasureFamily = measureFamily({
  name: 'IPrec11',
  parameters: z.strictObject({ rel }),
  of: (query, { rel }) => interpolatedPrecisionMean(query, rel, ELEVEN_POINTS),
});

/** The mean of interpolated precision at the given levels of recall. */
export function interpolatedPrecisionMean(query: JudgedRanking, rel: number, levels: readonly number[]): number {
  let total = 0;
  for (const level of levels) total += interpolatedPrecisionAt(query, rel, level);
  return total / levels.length;
}

/** Recall r is reached with r x R relevant documents, rounded half up, as trec_eval 10 does (version 9 rounded from .1 up). */
function interpolatedPrecisionAt(query: JudgedRanking, rel: number, recall: number): number {
  const needed = Math.round(recall * query.relevant(rel));
  const ranks = query.relevantRanks(rel);
  let best = 0;
  for (let at = Math.max(needed, 1); at <= ranks.length; at++) best = Math.max(best, at / (ranks[at - 1] ?? 1));
  return best;
}
