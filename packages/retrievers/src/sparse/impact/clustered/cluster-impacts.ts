import { type CallOptions, paced, parseOptions, unpaced } from '@sluice/core';
import { KernelMemory, SparseClusters } from '@sluice/kernels';
import { expectWeightMatrix } from '../expect-weights.js';
import type { ImpactIndex } from '../impact-index.js';
import { ImpactSearcher } from '../impact-searcher.js';
import { buildClusters, type ClusterParts } from './build-clusters.js';
import { type ClusterOptions, clusterOptions, usualListPostings } from './cluster-options.js';
import { documentSample, givenSample, type SampleQuery } from './cluster-sample.js';
import { type ClusterCurve, ClusteredImpacts } from './clustered-impacts.js';
import { forwardRows } from './forward-rows.js';
import { effortsOf, ordinalSpace } from './measure-clusters.js';
import { termMaxima } from './term-maxima.js';

/** Depths that recall is measured at, and queries for each: as many answers as are surely enough. */
const MEASURED = [
  { depth: 10, queries: 256 },
  { depth: 100, queries: 128 },
  { depth: 1000, queries: 64 },
] as const;

/**
 * Clusters the vectors of an index for approximate search, and measures what it finds.
 *
 * Synchronous: about 0.4 s for 3,633 documents of 275 terms; {@link clusterImpactsInSlices} gives up the thread in
 * between. The same index and options give the same bytes.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {InvalidInputError} a document has more than 65,535 terms, or a sample query is not as it must be
 * @throws {MemoryLimitError} it does not fit the kernel memory
 * @example impact({ index, clusters: clusterImpacts(index), recall: 0.95, space, embedder: splade })
 */
export function clusterImpacts(index: ImpactIndex, options: ClusterOptions = {}): ClusteredImpacts {
  return unpaced(clusteringSteps(index, options));
}

/**
 * As {@link clusterImpacts}, without holding the thread for long.
 *
 * @throws the signal's `reason`, once it has fired
 */
export function clusterImpactsInSlices(
  index: ImpactIndex,
  options: ClusterOptions = {},
  { signal }: CallOptions = {},
): Promise<ClusteredImpacts> {
  return paced(clusteringSteps(index, options), signal);
}

function* clusteringSteps(index: ImpactIndex, options: ClusterOptions): Generator<void, ClusteredImpacts> {
  const {
    sampleQueries,
    memory = new KernelMemory(),
    ...asked
  } = parseOptions(clusterOptions, options, 'clusterImpacts');
  if (sampleQueries) expectWeightMatrix('sampleQueries', sampleQueries, index.columns);
  const maxima = yield* termMaxima(index);
  const { listPostings = usualListPostings(index.postings, maxima.filter((most) => most > 0).length) } = asked;
  const settings = { ...asked, listPostings };
  const forward = yield* forwardRows(index);
  const clusters = yield* buildClusters(forward, settings);
  const rows = new SparseClusters(memory, { ...forward, ...clusters });
  try {
    const { seed } = settings;
    const most = MEASURED[0].queries;
    const sample = sampleQueries
      ? givenSample(sampleQueries, most)
      : documentSample(forward, { count: most, seed, scale: index.scale });
    const unmeasured = new ClusteredImpacts(rows, index, { settings, curves: [], maxima });
    const curves = yield* measure(unmeasured, index, clusters, sample);
    return new ClusteredImpacts(rows, index, { settings, curves, maxima });
  } catch (error) {
    rows.close();
    throw error;
  }
}

function* measure(
  built: ClusteredImpacts,
  index: ImpactIndex,
  { clusterMembers, members }: ClusterParts,
  sample: readonly SampleQuery[],
): Generator<void, ClusterCurve[]> {
  const searcher = new ImpactSearcher(index, ordinalSpace(index.size));
  const measured = {
    exact: ({ vector }: SampleQuery, topK: number) => searcher.search(vector, { topK }),
    rank: ({ vector }: SampleQuery) => built.rank(vector),
    ...{ clusterMembers, members },
  };
  const curves: ClusterCurve[] = [];
  for (const { depth, queries } of MEASURED) {
    // A depth of most documents says nothing: all must be scored anyway.
    if (depth > 10 && 4 * depth > index.size) continue;
    const efforts: number[] = [];
    for (const query of sample.slice(0, queries)) {
      efforts.push(...effortsOf(measured, query, depth));
      yield;
    }
    curves.push({ depth, queries: Math.min(queries, sample.length), efforts: Float32Array.from(efforts).sort() });
  }
  return curves;
}
