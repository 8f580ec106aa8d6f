import type { Ranking } from './ranking.js';

/** For each document of `asked`, its position in `ranking`, or -1. Both are of one space. */
export function positionsIn(ranking: Pick<Ranking, 'ordinals'>, asked: Pick<Ranking, 'ordinals'>): Int32Array {
  const positions = new Map<number, number>();
  for (const [at, ordinal] of ranking.ordinals.entries()) positions.set(ordinal, at);
  return Int32Array.from(asked.ordinals, (ordinal) => positions.get(ordinal) ?? -1);
}
