import type { JudgedRanking } from '../judged-ranking.js';

/** Worth of a document by its grade; negative grades are worth `gainOf(-1)` or so, usually 0. */
export type Gain = (grade: number) => number;

/** The grade itself, at least 0: trec_eval's default. */
export const linearGain: Gain = (grade) => Math.max(grade, 0);

/** 2 to the power of the grade, minus 1. */
export const exponentialGain: Gain = (grade) => (grade > 0 ? 2 ** grade - 1 : 0);

/** Given gains for some grades, the grade itself for the rest. */
export function gainTable(gains: Readonly<Record<string, number>>): Gain {
  return (grade) => gains[String(grade)] ?? linearGain(grade);
}

/** The gains of the results, in rank order. */
export function resultGains({ grades }: JudgedRanking, gain: Gain): Float64Array {
  return Float64Array.from(grades, (grade) => gain(grade));
}

/** The positive gains of all judged documents, greatest first: what a perfect ranking collects. */
export function idealGains({ gradeCounts }: JudgedRanking, gain: Gain): Float64Array {
  const gains: number[] = [];
  for (const [grade, count] of gradeCounts.entries()) {
    const worth = gain(grade);
    for (let document = 0; worth > 0 && document < count; document++) gains.push(worth);
  }
  return Float64Array.from(gains).sort().reverse();
}

/** Gain at rank r (from 1) is divided by log2(r + 1). Entry k is the sum over the first k ranks. */
export function discountedSums(gains: Float64Array): Float64Array {
  const sums = new Float64Array(gains.length + 1);
  for (let at = 0; at < gains.length; at++) {
    sums[at + 1] = (sums[at] ?? 0) + (gains[at] ?? 0) / Math.log2(at + 2);
  }
  return sums;
}

/** The entry at `position`, or the last one. */
export function atMost(sums: Float64Array, position: number): number {
  return sums[Math.min(position, sums.length - 1)] ?? 0;
}
