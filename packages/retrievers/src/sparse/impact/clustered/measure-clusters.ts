import type { DocumentSpace } from '@sluice/core';
import { ALWAYS, type RankedClusters } from '@sluice/kernels';
import type { ScoredOrdinals } from '../../top-documents.js';
import type { SampleQuery } from './cluster-sample.js';

/** Ties of a measurement go by ordinals: there are no ids here. */
export function ordinalSpace(size: number): DocumentSpace {
  return {
    name: 'ordinals',
    size,
    idOf: (ordinal) => String(ordinal),
    ordinalOf: (id) => Number(id),
    compare: (left, right) => left - right,
  };
}

/** What is asked when recall is measured. */
export interface Measured {
  /** The exact answer, best first. */
  exact(query: SampleQuery, topK: number): ScoredOrdinals;
  rank(query: SampleQuery): RankedClusters;
  readonly clusterMembers: Uint32Array;
  readonly members: Uint32Array;
}

/**
 * The effort that each of the `depth` best documents of a query takes: a walk reads a cluster while its product times the
 * effort reaches the k-th best score so far, which is never above the k-th best of all. Infinity for a document in none
 * of the lists that are read.
 *
 * Rounded up to float32: what is found with it is found with its neighbours.
 */
export function effortsOf(
  { exact, rank, clusterMembers, members }: Measured,
  query: SampleQuery,
  depth: number,
): number[] {
  const found = exact(query, depth + 1);
  const best = Array.from(found.ordinals.keys()).filter((at) => found.ordinals[at] !== query.hidden);
  const wanted = best.slice(0, depth);
  const last = wanted.length < depth ? 0 : (found.scores[wanted.at(-1) ?? 0] ?? 0);
  const left = new Set(wanted.map((at) => found.ordinals[at] ?? 0));
  const efforts: number[] = [];
  const { clusters, levels, step } = rank(query);
  for (let at = 0; at < clusters.length && left.size > 0; at++) {
    const cluster = clusters[at] ?? 0;
    const effort = levels[at] === ALWAYS ? 0 : Math.fround((last / ((levels[at] ?? 0) * step)) * (1 + 2 ** -22));
    for (let place = clusterMembers[cluster] ?? 0; place < (clusterMembers[cluster + 1] ?? 0); place++) {
      // Level 0 with nothing to reach, 0 / 0, is read at any effort.
      if (left.delete(members[place] ?? 0)) efforts.push(Number.isNaN(effort) ? 0 : effort);
    }
  }
  return [...efforts, ...new Array<number>(left.size).fill(Infinity)];
}
