import { parseOptions, type SavedIndex, unpaced } from '@sluice/core';
import { KernelMemory, LIST_CLUSTERS, SparseClusters } from '@sluice/kernels';
import { z } from 'zod';
import { DamagedIndexError } from '../../../errors/damaged-index-error.js';
import { bytesOf } from '../../little-endian.js';
import { SparseBlocks } from '../../sparse-blocks.js';
import type { ImpactIndex } from '../impact-index.js';
import type { ClusterParts } from './build-clusters.js';
import { type ClusterOptions, clusterSettings, clusterSurroundings } from './cluster-options.js';
import { type ClusterCurve, ClusteredImpacts } from './clustered-impacts.js';
import { forwardRows } from './forward-rows.js';
import { termMaxima } from './term-maxima.js';

const KIND = 'impact-clusters';
const VERSION = 1;

const headerSchema = z.strictObject({
  fingerprint: z.string().min(1).max(1000),
  columns: z
    .int()
    .min(1)
    .max(2 ** 24),
  size: z.int().min(0).max(0xffffffff),
  postings: z.int().min(0),
  scale: z.number().positive(),
  summaryScale: z.number().positive(),
  settings: clusterSettings,
  curves: z
    .array(z.strictObject({ depth: z.int().min(1), queries: z.int().min(0), efforts: z.int().min(0).max(0xffffffff) }))
    .max(16),
});

/**
 * The clusters as blocks of little-endian integers of 4 bytes, but for `entryClusters` and `entryValues` of one; and
 * `efforts`, the float32 numbers of all curves. Without the vectors, which are those of the index.
 *
 * Views of its memory where they can be: to be written before the next search, and not to be changed.
 */
export function saveClusteredImpacts(clustered: ClusteredImpacts): SavedIndex {
  const { fingerprint, columns, size, postings, scale, settings, curves } = clustered;
  const parts = clustered.parts();
  const efforts = new Float32Array(curves.reduce((sum, each) => sum + each.efforts.length, 0));
  let at = 0;
  for (const curve of curves) {
    efforts.set(curve.efforts, at);
    at += curve.efforts.length;
  }
  const measured = curves.map((curve) => ({ ...curve, efforts: curve.efforts.length }));
  const header = { fingerprint, columns, size, postings, scale, summaryScale: parts.summaryScale };
  return {
    kind: KIND,
    version: VERSION,
    header: { ...header, settings: { ...settings }, curves: measured },
    blocks: {
      listClusters: bytesOf(parts.listClusters),
      clusterMembers: bytesOf(parts.clusterMembers),
      members: bytesOf(parts.members),
      listLines: bytesOf(parts.listLines),
      lineTerms: bytesOf(parts.lineTerms),
      lineStarts: bytesOf(parts.lineStarts),
      entryClusters: parts.entryClusters,
      entryValues: parts.entryValues,
      efforts: bytesOf(new Uint32Array(efforts.buffer)),
    },
  };
}

/**
 * Puts saved clusters into place, over the index that they were made of. O(postings) and O(blocks).
 *
 * Bytes that pass the checks and are wrong miss documents, never crash, and never give a wrong score.
 *
 * @throws {DamagedIndexError} blocks are missing, contradict each other or the header, or are of another index
 * @throws {InvalidInputError} the index itself contradicts itself
 * @throws {MemoryLimitError} they do not fit the kernel memory
 */
export function loadClusteredImpacts(
  saved: SavedIndex,
  index: ImpactIndex,
  options: Pick<ClusterOptions, 'memory'> = {},
): ClusteredImpacts {
  const { memory = new KernelMemory() } = parseOptions(clusterSurroundings, options, 'loadClusteredImpacts');
  const blocks = new SparseBlocks(saved, KIND, VERSION, headerSchema);
  const { header } = blocks;
  for (const name of ['fingerprint', 'columns', 'size', 'postings', 'scale'] as const) {
    if (header[name] !== index[name]) {
      throw damaged(`it is of an index with the ${name} ${header[name]}, and this one has ${index[name]}`);
    }
  }
  const clusters = clustersOf(blocks, index, header.summaryScale);
  const curves = curvesOf(blocks, header.curves);
  const rows = new SparseClusters(memory, { ...unpaced(forwardRows(index)), ...clusters });
  return new ClusteredImpacts(rows, index, { settings: header.settings, curves, maxima: unpaced(termMaxima(index)) });
}

function clustersOf(blocks: SparseBlocks<unknown>, { columns, size }: ImpactIndex, summaryScale: number): ClusterParts {
  const listClusters = blocks.starts('listClusters', columns + 1);
  const clusters = listClusters[columns] ?? 0;
  const clusterMembers = blocks.starts('clusterMembers', clusters + 1);
  const members = blocks.integers('members', 4, clusterMembers[clusters]);
  for (const row of members) if (row >= size) throw damaged(`'members' has ${row} of ${size} documents`);
  const listLines = blocks.starts('listLines', columns + 1);
  const lines = listLines[columns] ?? 0;
  const lineTerms = blocks.integers('lineTerms', 4, lines);
  const lineStarts = blocks.starts('lineStarts', lines + 1);
  const entryClusters = blocks.bytes('entryClusters', lineStarts[lines] ?? 0);
  const entryValues = blocks.bytes('entryValues', lineStarts[lines] ?? 0);
  const parts = { listClusters, clusterMembers, members, listLines, lineTerms, lineStarts, entryClusters, entryValues };
  for (let term = 0; term < columns; term++) expectList(parts, term);
  return { ...parts, summaryScale };
}

/** Entries name clusters of their list, of which there are few enough; its lines rise. */
function expectList(
  { listClusters, listLines, lineTerms, lineStarts, entryClusters }: Omit<ClusterParts, 'summaryScale'>,
  term: number,
): void {
  const clusters = (listClusters[term + 1] ?? 0) - (listClusters[term] ?? 0);
  if (clusters > LIST_CLUSTERS) throw damaged(`the list of term ${term} has ${clusters} clusters`);
  const [first, end] = [listLines[term] ?? 0, listLines[term + 1] ?? 0];
  for (let line = first + 1; line < end; line++) {
    if ((lineTerms[line] ?? 0) <= (lineTerms[line - 1] ?? 0)) throw damaged(`the terms of line ${line} do not rise`);
  }
  const last = lineStarts[end] ?? 0;
  for (let entry = lineStarts[first] ?? 0; entry < last; entry++) {
    if ((entryClusters[entry] ?? 0) >= clusters) throw damaged(`entry ${entry} is of a cluster that its list lacks`);
  }
}

function curvesOf(
  blocks: SparseBlocks<unknown>,
  measured: readonly { readonly depth: number; readonly queries: number; readonly efforts: number }[],
): ClusterCurve[] {
  const total = measured.reduce((sum, { efforts }) => sum + efforts, 0);
  const words = blocks.integers('efforts', 4, total);
  const all = new Float32Array(words.buffer, words.byteOffset, words.length);
  let at = 0;
  return measured.map(({ depth, queries, efforts: count }) => {
    const efforts = all.slice(at, at + count);
    at += count;
    if (efforts.some((effort) => !(effort >= 0))) throw damaged("'efforts' has a number that is none");
    return { depth, queries, efforts };
  });
}

function damaged(problem: string): DamagedIndexError {
  return new DamagedIndexError({ kind: KIND, problem });
}
