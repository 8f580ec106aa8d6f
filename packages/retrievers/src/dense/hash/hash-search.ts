import type { CandidateScores } from '../candidate-scores.js';
import type { BucketChains } from './bucket-chains.js';
import { MetOdds } from './met-odds.js';
import { ProbeSequence } from './probe-sequence.js';
import type { HashedQuery } from './row-hasher.js';

/** Buckets visited between two looks at the odds grow by this. */
const GROWTH = 1.4;

/** The first look is after the own buckets of one table in so many. */
const FIRST_LOOK = 4;

/** When a search is over. */
export interface HashEffort {
  /** The share of the true nearest that must have been met, as far as can be known. */
  readonly recall: number;
  /** Candidates, and buckets, beyond which a scan of everything is cheaper. */
  readonly maxCandidates: number;
}

/**
 * Visits buckets, the likeliest first, until the odds of having met vectors as near as the best so far say that few
 * are missing.
 *
 * @returns false when there were too many candidates, and a scan must answer
 */
export function proposeCandidates(
  chains: BucketChains,
  query: HashedQuery,
  candidates: CandidateScores,
  { recall, maxCandidates }: HashEffort,
): boolean {
  const { tables, bits } = chains;
  const odds = new MetOdds(query, bits);
  const probes = new ProbeSequence(costsOf(query), bits);
  for (let next = Math.ceil(tables / FIRST_LOOK); ; next = Math.ceil(next * GROWTH)) {
    const isOver = !visitUntil(next, chains, query, { probes, odds, candidates });
    if (isOver) return true;
    if (Math.max(candidates.count, odds.visited) > maxCandidates) return false;
    if (candidates.isFull() && odds.recallOf(candidates.bestScores()) >= recall) return true;
  }
}

/** Visits buckets until there are `count` in all; false when there are no more. */
function visitUntil(
  count: number,
  chains: BucketChains,
  { codes }: HashedQuery,
  { probes, odds, candidates }: { probes: ProbeSequence; odds: MetOdds; candidates: CandidateScores },
): boolean {
  while (odds.visited < count) {
    if (!probes.next()) return false;
    const { table, flips } = probes;
    odds.visit(table, flips);
    const bucket = (codes[table] ?? 0) ^ flips;
    for (let row = chains.first(table, bucket); row !== -1; row = chains.after(table, row)) candidates.propose(row);
  }
  return true;
}

function costsOf({ family, projections }: HashedQuery): Float32Array {
  return projections.map((projection, hash) => family.flipCost(hash, projection));
}
