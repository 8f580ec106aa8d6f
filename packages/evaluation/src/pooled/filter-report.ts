import type { Qrels } from '../qrels.js';
import type { Run } from '../run.js';

/** What a relevance filter did to a run. Shares are 0 to 1. */
export interface FilterReport {
  /** Share of the results that were dropped: `Filter%`. */
  readonly dropped: number;
  /** Share of the queries that kept no result: `Null%`. */
  readonly empty: number;
  /** Share of the relevant results that were kept. */
  readonly recall: number;
  /** Share of all relevant documents that were kept: what retrieval missed counts as missed. */
  readonly recallOfJudged: number;
  /** Share of the results that are relevant, over all queries together. */
  readonly pooledPrecision: { readonly before: number; readonly after: number };
  /** The mean over queries of the same share; an empty query counts 0. Not comparable with the pooled one. */
  readonly queryPrecision: { readonly before: number; readonly after: number };
}

/**
 * Compares a run before and after a relevance filter, over the judged queries.
 *
 * @param rel least grade that counts as relevant
 */
export function filterReport(qrels: Qrels, before: Run, after: Run, { rel = 1 }: { rel?: number } = {}): FilterReport {
  const whole = countKept(qrels, before, rel);
  const kept = countKept(qrels, after, rel);
  const queries = qrels.queryIds.length;
  return {
    dropped: 1 - share(kept.results, whole.results),
    empty: share(kept.empty, queries),
    recall: share(kept.hits, whole.hits),
    recallOfJudged: share(kept.hits, kept.judged),
    pooledPrecision: { before: share(whole.hits, whole.results), after: share(kept.hits, kept.results) },
    queryPrecision: { before: share(whole.precisions, queries), after: share(kept.precisions, queries) },
  };
}

interface KeptCounts {
  results: number;
  hits: number;
  empty: number;
  judged: number;
  /** Sum of the queries' precisions. */
  precisions: number;
}

function countKept(qrels: Qrels, run: Run, rel: number): KeptCounts {
  const counts: KeptCounts = { results: 0, hits: 0, empty: 0, judged: 0, precisions: 0 };
  for (const queryId of qrels.queryIds) {
    const ids = run.idsOf(queryId);
    const hits = ids.filter((id) => (qrels.grade(queryId, id) ?? -1) >= rel).length;
    counts.results += ids.length;
    counts.hits += hits;
    counts.empty += ids.length === 0 ? 1 : 0;
    counts.precisions += share(hits, ids.length);
    counts.judged += qrels.of(queryId)?.grades.filter((grade) => grade >= rel).length ?? 0;
  }
  return counts;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
