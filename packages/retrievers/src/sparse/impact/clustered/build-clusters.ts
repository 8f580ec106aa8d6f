import { seededRandom } from '@sluice/core';
import { LIST_CLUSTERS } from '@sluice/kernels';
import { GrowingIntegers } from '../../growing-integers.js';
import { type ClusterSettings, clustersOf } from './cluster-options.js';
import { type SummaryParts, SummaryWriter } from './cluster-summaries.js';
import type { ForwardParts } from './forward-rows.js';
import { ListClustering } from './list-clusters.js';
import { heaviestRows, sketchLists, sketchRows } from './sketches.js';

/** Lists of up to so many documents are one cluster without a summary: to score all is as quick as to read one. */
export const WHOLE_LIST = 16;

/** Lists by term, clustered, with summaries: see `SparseClustersParts`. */
export interface ClusterParts extends SummaryParts {
  readonly listClusters: Uint32Array;
  readonly clusterMembers: Uint32Array;
  readonly members: Uint32Array;
}

/**
 * Cuts and clusters lists of documents. The same vectors and settings give the same bytes.
 *
 * A generator, so that a caller can pause at each `yield`, one or more for each list.
 */
export function* buildClusters(
  forward: ForwardParts,
  { documentPostings, listPostings, clusterDocuments, summaryMass, seed }: ClusterSettings,
): Generator<void, ClusterParts> {
  const sketches = yield* sketchRows(forward, documentPostings);
  const lists = yield* sketchLists(sketches, forward.columns);
  const random = seededRandom(seed);
  const clustering = new ListClustering(sketches, { columns: forward.columns, most: LIST_CLUSTERS, random });
  const summaries = new SummaryWriter(forward, summaryMass);
  const listClusters = new Uint32Array(forward.columns + 1);
  const [clusterMembers, members] = [new GrowingIntegers(), new GrowingIntegers()];
  for (let term = 0; term < forward.columns; term++) {
    const rows = heaviestRows(lists, term, listPostings);
    const isWhole = rows.length <= WHOLE_LIST;
    const clusters = isWhole
      ? [rows]
      : partsOf(rows, clustering.assign(rows, clustersOf(rows.length, clusterDocuments)));
    if (!isWhole) yield;
    let count = 0;
    for (const own of clusters) {
      if (own.length === 0) continue;
      clusterMembers.push(members.length);
      for (const row of own) members.push(row);
      if (!isWhole) {
        summaries.addCluster(count, own);
        if (count % 16 === 0) yield;
      }
      count++;
    }
    summaries.endList(term);
    listClusters[term + 1] = clusterMembers.length;
    if (term % 64 === 0) yield;
  }
  clusterMembers.push(members.length);
  return {
    ...{ listClusters, clusterMembers: clusterMembers.view().slice(), members: members.view().slice() },
    ...summaries.parts(),
  };
}

/** The documents of each cluster. */
function partsOf(rows: Uint32Array, clusters: Uint16Array): Uint32Array[] {
  const counts = new Uint32Array(LIST_CLUSTERS);
  for (const cluster of clusters) counts[cluster] = (counts[cluster] ?? 0) + 1;
  const parts = Array.from(counts, (count) => new Uint32Array(count));
  counts.fill(0);
  for (const [at, cluster] of clusters.entries()) {
    const place = counts[cluster] ?? 0;
    counts[cluster] = place + 1;
    const part = parts[cluster];
    if (part) part[place] = rows[at] ?? 0;
  }
  return parts;
}
