import type { KernelMemory } from '../memory.js';
import type { Region } from '../region.js';
import { CLUSTER_FIELDS, CLUSTER_HEADER_BYTES, LEVELS } from './cluster-layout.js';
import { rankClustersReference, scoreSparseRowsReference, walkClustersReference } from './clusters.reference.js';
import {
  bucketCount,
  type ClusterWalk,
  type FoundRows,
  LIST_CLUSTERS,
  lowBits,
  type RankedClusters,
  type SparseClustersParts,
  type SparseQuery,
} from './sparse-clusters-parts.js';

/** What a kernel reads past the last low part, and past the last impact. */
const ROOM_BYTES = 64;

/**
 * Sparse rows in kernel memory, twice: row by row, to score one, and as clustered lists by term, to find those to score.
 *
 * A score is the sum over the query's terms, in their order, of weight · impact in double precision, rounded once to
 * float32: the same bits on either engine and as a scan of postings gives. One thread at a time.
 *
 * Source of the lists: Bruch, Nardini, Rulli and Venturini, "Efficient Inverted Indexes for Approximate Retrieval over
 * Learned Sparse Representations" (SIGIR 2024). Rows in buckets of terms, and one order of all lists' clusters, are ours.
 * Oracle: `clusters.reference.ts`.
 */
export class SparseClusters {
  readonly rows: number;
  readonly columns: number;
  /** Clusters that the last walk read. */
  clustersWalked = 0;
  /** Rows that the last walk scored. */
  rowsScored = 0;
  readonly #memory: KernelMemory;
  readonly #regions: { readonly [Name in PartName]: Region };
  readonly #lengths: { readonly [Name in PartName]: number };
  readonly #listClusters: Uint32Array;
  readonly #header: Region;
  readonly #summaryScale: number;
  readonly #scratch: { readonly [Name in ScratchName]: Region };
  readonly #sizes: { readonly lows: 1 | 2; readonly impacts: 1 | 2 | 4 };
  #rankedLength = 0;

  /** @throws {MemoryLimitError} it does not fit */
  constructor(memory: KernelMemory, parts: SparseClustersParts) {
    const { rows, columns, summaryScale } = parts;
    this.rows = rows;
    this.columns = columns;
    this.#memory = memory;
    this.#summaryScale = summaryScale;
    this.#sizes = { lows: parts.lows instanceof Uint8Array ? 1 : 2, impacts: bytesOfEach(parts.impacts) };
    this.#listClusters = parts.listClusters;
    this.#lengths = mapNames(partNames, (name) => parts[name].length);
    const taken: Region[] = [];
    const allocate = (bytes: number): Region => {
      const region = memory.allocate(bytes + ROOM_BYTES);
      taken.push(region);
      return region;
    };
    try {
      this.#regions = mapNames(partNames, (name) => allocate(parts[name].byteLength));
      this.#header = allocate(CLUSTER_HEADER_BYTES);
      const words = Math.ceil(rows / 32);
      const fixed = { sums: 8 * LIST_CLUSTERS, levelStarts: 4 * (LEVELS + 3), seen: 4 * words, filter: 4 * words };
      this.#scratch = mapNames(scratchNames, (name) => {
        if (name === 'found' || name === 'scores') return allocate(4 * rows);
        return allocate(name in fixed ? fixed[name as keyof typeof fixed] : 0);
      });
    } catch (error) {
      for (const region of taken) memory.free(region);
      throw error;
    }
    for (const name of partNames) this.#regions[name].uint8(0, parts[name].byteLength).set(bytesOf(parts[name]));
    this.#scratch.seen.uint8().fill(0);
  }

  /** Bytes of kernel memory, scratch included. */
  get bytes(): number {
    const all = [...Object.values(this.#regions), ...Object.values(this.#scratch), this.#header];
    return all.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** What it is made of: views of the kernel memory, valid until the next call of another method. */
  parts(): SparseClustersParts {
    const [regions, lengths, sizes] = [this.#regions, this.#lengths, this.#sizes];
    const integers = (name: PartName): Uint32Array => regions[name].uint32(0, lengths[name]);
    const impacts = { 1: 'uint8', 2: 'uint16', 4: 'float32' } as const;
    return {
      ...{ rows: this.rows, columns: this.columns, summaryScale: this.#summaryScale },
      ...{ rowOffsets: integers('rowOffsets'), bucketStarts: regions.bucketStarts.uint16(0, lengths.bucketStarts) },
      lows: regions.lows[sizes.lows === 1 ? 'uint8' : 'uint16'](0, lengths.lows),
      impacts: regions.impacts[impacts[sizes.impacts]](0, lengths.impacts),
      ...{ listClusters: integers('listClusters'), clusterMembers: integers('clusterMembers') },
      ...{ members: integers('members'), listLines: integers('listLines') },
      ...{ lineTerms: integers('lineTerms'), lineStarts: integers('lineStarts') },
      entryClusters: regions.entryClusters.uint8(0, lengths.entryClusters),
      entryValues: regions.entryValues.uint8(0, lengths.entryValues),
    };
  }

  /** The scores of listed rows, in their order. A copy. */
  score(query: SparseQuery, list: Uint32Array): Float32Array {
    const { unsorted, products } = this.#scratch;
    this.#makeRoom('unsorted', 4 * list.length);
    this.#makeRoom('products', 4 * list.length);
    const header = this.#ask(query, new Uint32Array(0));
    unsorted.uint32(0, list.length).set(list);
    const { kernels, buffer } = this.#memory;
    const run = kernels?.scoreSparseRows ?? scoreSparseRowsReference(buffer);
    run(header, unsorted.offset, products.offset, list.length);
    return products.float32(0, list.length).slice();
  }

  /**
   * Puts the clusters of chosen terms' lists into the order in which {@link walk} reads them.
   *
   * @param chosen places of terms in the query
   */
  rank(query: SparseQuery, chosen: Uint32Array): RankedClusters {
    const lists = this.#listClusters;
    const clusters = chosen.reduce((sum, place) => {
      const term = query.terms[place] ?? 0;
      return sum + (lists[term + 1] ?? 0) - (lists[term] ?? 0);
    }, 0);
    for (const name of ['unsorted', 'ranked', 'levels'] as const) this.#makeRoom(name, 4 * clusters);
    this.#makeRoom('products', 8 * clusters);
    const header = this.#ask(query, chosen);
    const { kernels, buffer } = this.#memory;
    (kernels?.rankClusters ?? rankClustersReference(buffer))(header);
    this.#rankedLength = clusters;
    const { ranked, levels } = this.#scratch;
    const step = new Float64Array(buffer, header + CLUSTER_FIELDS.step, 1)[0] ?? 0;
    return { clusters: ranked.uint32(0, clusters), levels: levels.uint32(0, clusters), step };
  }

  /** Scores the rows of the clusters that were ranked last, for the query that they were ranked for. */
  walk({ k, effort, filter }: ClusterWalk): FoundRows {
    this.#makeRoom('best', 4 * k);
    if (filter) this.#scratch.filter.uint32(0, filter.length).set(filter);
    const header = this.#header.offset;
    this.#point();
    const fields = this.#header.uint32(0, CLUSTER_HEADER_BYTES / 4);
    fields[CLUSTER_FIELDS.rankedLength / 4] = this.#rankedLength;
    if (!filter) fields[CLUSTER_FIELDS.filter / 4] = 0;
    const { kernels, buffer } = this.#memory;
    const count = (kernels?.walkClusters ?? walkClustersReference(buffer))(header, k, effort);
    this.clustersWalked = fields[CLUSTER_FIELDS.clustersWalked / 4] ?? 0;
    this.rowsScored = fields[CLUSTER_FIELDS.rowsScored / 4] ?? 0;
    const { found, scores } = this.#scratch;
    return { rows: found.uint32(0, count), scores: scores.float32(0, count) };
  }

  /** Gives its kernel memory back, where others live in it too. Nothing may be called afterwards. */
  close(): void {
    const all = [...Object.values(this.#regions), ...Object.values(this.#scratch), this.#header];
    for (const region of all) this.#memory.free(region);
  }

  /** Writes a query into the scratch. @returns the header */
  #ask({ terms, weights }: SparseQuery, chosen: Uint32Array): number {
    const { length } = terms;
    for (const name of ['queryTerms', 'queryBuckets', 'queryLows'] as const) this.#makeRoom(name, 4 * length);
    this.#makeRoom('queryWeights', 8 * length);
    this.#makeRoom('chosen', 4 * chosen.length);
    const { queryTerms, queryBuckets, queryLows, queryWeights } = this.#scratch;
    queryTerms.uint32(0, length).set(terms);
    new Float64Array(this.#memory.buffer, queryWeights.offset, length).set(weights);
    const bits = lowBits(this.columns);
    const [buckets, lows] = [queryBuckets.uint32(0, length), queryLows.uint32(0, length)];
    for (let at = 0; at < length; at++) {
      buckets[at] = 2 * ((terms[at] ?? 0) >>> bits);
      lows[at] = (terms[at] ?? 0) & (2 ** bits - 1);
    }
    this.#scratch.chosen.uint32(0, chosen.length).set(chosen);
    this.#point();
    const fields = this.#header.uint32(0, CLUSTER_HEADER_BYTES / 4);
    fields[CLUSTER_FIELDS.queryLength / 4] = length;
    fields[CLUSTER_FIELDS.chosenLength / 4] = chosen.length;
    return this.#header.offset;
  }

  /** Writes where everything is, which changes as scratch grows. */
  #point(): void {
    const fields = this.#header.uint32(0, CLUSTER_HEADER_BYTES / 4);
    for (const name of partNames) fields[CLUSTER_FIELDS[name] / 4] = this.#regions[name].offset;
    for (const name of scratchNames) fields[CLUSTER_FIELDS[name] / 4] = this.#scratch[name].offset;
    fields[CLUSTER_FIELDS.lowBytes / 4] = this.#sizes.lows;
    fields[CLUSTER_FIELDS.impactBytes / 4] = this.#sizes.impacts;
    fields[CLUSTER_FIELDS.bucketBytes / 4] = 2 * (bucketCount(this.columns) + 1);
    const at = this.#header.offset + CLUSTER_FIELDS.summaryScale;
    new Float64Array(this.#memory.buffer, at, 1)[0] = this.#summaryScale;
  }

  #makeRoom(name: ScratchName, bytes: number): void {
    const region = this.#scratch[name];
    if (region.bytes < bytes) this.#memory.resize(region, 2 * bytes);
  }
}

const partNames = [
  'rowOffsets',
  'bucketStarts',
  'lows',
  'impacts',
  'listClusters',
  'clusterMembers',
  'members',
  'listLines',
  'lineTerms',
  'lineStarts',
  'entryClusters',
  'entryValues',
] as const;
const scratchNames = [
  'queryTerms',
  'queryWeights',
  'queryBuckets',
  'queryLows',
  'chosen',
  'sums',
  'unsorted',
  'products',
  'ranked',
  'levels',
  'levelStarts',
  'seen',
  'found',
  'scores',
  'best',
  'filter',
] as const;

type PartName = (typeof partNames)[number];
type ScratchName = (typeof scratchNames)[number];

function mapNames<Name extends string, Value>(
  names: readonly Name[],
  make: (name: Name) => Value,
): { readonly [Each in Name]: Value } {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as { [Each in Name]: Value };
}

function bytesOfEach(impacts: Uint8Array | Uint16Array | Float32Array): 1 | 2 | 4 {
  if (impacts instanceof Uint8Array) return 1;
  return impacts instanceof Uint16Array ? 2 : 4;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
