import { type Fusion, idSpace, Ranking, type Scale, type SourceRanking } from '@sluice/core';
import { Run } from '@sluice/evaluation';

/** A stored run with what a pipeline would know of it. */
export interface NamedRun {
  readonly source: string;
  readonly run: Run;
  readonly scale: Scale;
}

/** The run that `fusion` makes of stored runs, 100 documents a query. */
export function fuseRuns(runs: readonly NamedRun[], fusion: Fusion): Run {
  const queries = [...new Set(runs.flatMap(({ run }) => run.queryIds))].map((id) => ({ id }));
  const rankings = queries.map(({ id }) => fusion.fuse(sourcesOf(runs, id), 100));
  return Run.fromRankings(rankings, queries, { tag: fusion.name });
}

function sourcesOf(runs: readonly NamedRun[], query: string): SourceRanking[] {
  const space = idSpace([...new Set(runs.flatMap(({ run }) => run.idsOf(query)))], 'runs');
  return runs.map(({ source, run, scale }) => ({
    source,
    ranking: new Ranking({
      space,
      ordinals: Uint32Array.from(run.idsOf(query), (id) => space.ordinalOf(id) ?? 0),
      scores: Float32Array.from(run.of(query)?.scores ?? []),
      scale,
    }),
  }));
}
