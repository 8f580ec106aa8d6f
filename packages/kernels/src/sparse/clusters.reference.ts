import { ALWAYS, CLUSTER_FIELDS, LEVELS } from './cluster-layout.js';

type Memory = ArrayBuffer | SharedArrayBuffer;
type FieldName = keyof typeof CLUSTER_FIELDS;

/** Clustered rows in kernel memory, read number by number as the kernels read them. */
class ClusterView {
  readonly words: Uint32Array;
  readonly bytes: Uint8Array;
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
  readonly #shorts: Uint16Array;
  readonly #at: number;

  constructor(buffer: Memory, at: number) {
    this.#at = at;
    this.words = new Uint32Array(buffer);
    this.bytes = new Uint8Array(buffer);
    this.#shorts = new Uint16Array(buffer);
    this.floats = new Float32Array(buffer);
    this.doubles = new Float64Array(buffer);
  }

  field(name: FieldName): number {
    return this.words[(this.#at + CLUSTER_FIELDS[name]) / 4] ?? 0;
  }

  setField(name: FieldName, value: number): void {
    this.words[(this.#at + CLUSTER_FIELDS[name]) / 4] = value;
  }

  double(name: 'step' | 'summaryScale'): number {
    return this.doubles[(this.#at + CLUSTER_FIELDS[name]) / 8] ?? 0;
  }

  setDouble(name: 'step' | 'summaryScale', value: number): void {
    this.doubles[(this.#at + CLUSTER_FIELDS[name]) / 8] = value;
  }

  word(name: FieldName, at: number): number {
    return this.words[this.field(name) / 4 + at] ?? 0;
  }

  setWord(name: FieldName, at: number, value: number): void {
    this.words[this.field(name) / 4 + at] = value;
  }

  /** The impact of the query's term `at` in a row; 0 where the row lacks it. */
  impactOf(row: number, at: number): number {
    const first = this.word('rowOffsets', row);
    const bucket = (this.field('bucketStarts') + row * this.field('bucketBytes') + this.word('queryBuckets', at)) / 2;
    const low = this.word('queryLows', at);
    for (let place = this.#shorts[bucket] ?? 0; place < (this.#shorts[bucket + 1] ?? 0); place++) {
      if (this.#narrow('lows', this.field('lowBytes'), first + place) === low) return this.#impactAt(first + place);
    }
    return 0;
  }

  scoreOf(row: number): number {
    let sum = 0;
    for (let at = 0; at < this.field('queryLength'); at++) {
      sum += (this.doubles[this.field('queryWeights') / 8 + at] ?? 0) * this.impactOf(row, at);
    }
    return Math.fround(sum);
  }

  #impactAt(at: number): number {
    const width = this.field('impactBytes');
    return width === 4 ? (this.floats[this.field('impacts') / 4 + at] ?? 0) : this.#narrow('impacts', width, at);
  }

  #narrow(name: FieldName, width: number, at: number): number {
    return (width === 1 ? this.bytes[this.field(name) + at] : this.#shorts[this.field(name) / 2 + at]) ?? 0;
  }
}

/** Plain twin of the kernel `scoreSparseRows`: the same bits. */
export function scoreSparseRowsReference(
  buffer: Memory,
): (header: number, list: number, scores: number, n: number) => void {
  return (header, list, scores, n) => {
    const view = new ClusterView(buffer, header);
    for (let at = 0; at < n; at++) view.floats[scores / 4 + at] = view.scoreOf(view.words[list / 4 + at] ?? 0);
  };
}

/** Plain twin of the kernel `rankClusters`: the same clusters in the same order. */
export function rankClustersReference(buffer: Memory): (header: number) => void {
  return (header) => {
    const view = new ClusterView(buffer, header);
    const clusters: number[] = [];
    const products: number[] = [];
    for (let at = 0; at < view.field('chosenLength'); at++) {
      const term = view.word('queryTerms', view.word('chosen', at));
      const first = view.word('listClusters', term);
      const sums = productsOf(view, term, view.word('listClusters', term + 1) - first);
      for (const [own, product] of sums.entries()) {
        clusters.push(first + own);
        products.push(product);
      }
    }
    const step = products.reduce((most, each) => (each < Infinity ? Math.max(most, each) : most), 0) / LEVELS;
    const levels = products.map((product) => levelOf(product, step));
    const order = [...clusters.keys()].sort((left, right) => (levels[right] ?? 0) - (levels[left] ?? 0));
    for (const [place, at] of order.entries()) {
      view.setWord('ranked', place, clusters[at] ?? 0);
      view.setWord('levels', place, levels[at] ?? 0);
    }
    view.setDouble('step', step);
    view.setField('rankedLength', clusters.length);
  };
}

/** Plain twin of the kernel `walkClusters`: the same rows in the same order. */
export function walkClustersReference(buffer: Memory): (header: number, k: number, effort: number) => number {
  return (header, k, effort) => {
    const view = new ClusterView(buffer, header);
    const step = view.double('step');
    const met = new Map<number, number>();
    const best: number[] = [];
    let [at, scored, least] = [0, 0, 0];
    for (; at < view.field('rankedLength'); at++) {
      const level = view.word('levels', at);
      if (level !== ALWAYS && level * step * effort < least) break;
      const cluster = view.word('ranked', at);
      for (
        let place = view.word('clusterMembers', cluster);
        place < view.word('clusterMembers', cluster + 1);
        place++
      ) {
        const row = view.word('members', place);
        if (met.has(row)) continue;
        const passes = view.field('filter') === 0 || (view.word('filter', row >>> 5) >>> (row & 31)) % 2 === 1;
        const score = passes ? view.scoreOf(row) : 0;
        met.set(row, score);
        if (!passes) continue;
        scored++;
        keepBest(best, k, score);
        if (best.length === k) least = best.at(-1) ?? 0;
      }
    }
    view.setField('clustersWalked', at);
    view.setField('rowsScored', scored);
    const found = [...met].filter(([, score]) => score > 0 && score >= least);
    for (const [place, [row, score]] of found.entries()) {
      view.setWord('found', place, row);
      view.floats[view.field('scores') / 4 + place] = score;
    }
    return found.length;
  };
}

/** The query's product with each summary of a term's list; Infinity where there are no summaries. */
function productsOf(view: ClusterView, term: number, clusters: number): number[] {
  const [line, end] = [view.word('listLines', term), view.word('listLines', term + 1)];
  const sums = new Array<number>(clusters).fill(line === end ? Infinity : 0);
  for (let at = 0; at < view.field('queryLength'); at++) {
    const weight = (view.doubles[view.field('queryWeights') / 8 + at] ?? 0) * view.double('summaryScale');
    for (let each = line; each < end; each++) {
      if (view.word('lineTerms', each) !== view.word('queryTerms', at)) continue;
      for (let entry = view.word('lineStarts', each); entry < view.word('lineStarts', each + 1); entry++) {
        const own = view.bytes[view.field('entryClusters') + entry] ?? 0;
        sums[own] = (sums[own] ?? 0) + weight * (view.bytes[view.field('entryValues') + entry] ?? 0);
      }
    }
  }
  return sums;
}

function levelOf(product: number, step: number): number {
  if (product === Infinity) return ALWAYS;
  return product === 0 ? 0 : Math.min(LEVELS, Math.trunc(product / step));
}

/** Keeps the k best scores, falling. */
function keepBest(best: number[], k: number, score: number): void {
  if (best.length === k && score <= (best.at(-1) ?? 0)) return;
  let place = best.length;
  while (place > 0 && (best[place - 1] ?? 0) < score) place--;
  best.splice(place, 0, score);
  if (best.length > k) best.pop();
}
