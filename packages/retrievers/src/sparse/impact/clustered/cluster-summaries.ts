import { GrowingIntegers } from '../../growing-integers.js';
import { type ForwardParts, RowReader } from './forward-rows.js';

const LARGEST = 255;

/** Summaries of all lists, a line for each term of a list: see `SparseClustersParts`. */
export interface SummaryParts {
  readonly listLines: Uint32Array;
  readonly lineTerms: Uint32Array;
  readonly lineStarts: Uint32Array;
  readonly entryClusters: Uint8Array;
  readonly entryValues: Uint8Array;
  readonly summaryScale: number;
}

/**
 * Writes down what clusters hold at most: the largest impact of each term, in 8 bits and rounded up, the heaviest terms
 * until they have a share of the cluster's weight. Lists in rising order of their terms. One thread's scratch.
 */
export class SummaryWriter {
  readonly #reader: RowReader;
  readonly #mass: number;
  readonly #scale: number;
  // By term: 0 between clusters, and between lists.
  readonly #maxima: Float32Array;
  readonly #counts: Uint32Array;
  readonly #counted = new Uint32Array(LARGEST + 1);
  readonly #listLines: Uint32Array;
  readonly #lineTerms = new GrowingIntegers();
  readonly #lineStarts = new GrowingIntegers();
  // Term, and cluster · 256 + value, of the entries of the list that is being written.
  readonly #own = { terms: new GrowingIntegers(), codes: new GrowingIntegers() };
  readonly #distinct = new GrowingIntegers();
  #codes = new Uint16Array(1024);
  #entries = 0;

  constructor(forward: ForwardParts, mass: number) {
    this.#reader = new RowReader(forward);
    this.#mass = mass;
    let most = 0;
    for (let at = 0; at < forward.impacts.length; at++) most = Math.max(most, forward.impacts[at] ?? 0);
    this.#scale = most === 0 ? 1 : most / LARGEST;
    this.#maxima = new Float32Array(forward.columns);
    this.#counts = new Uint32Array(forward.columns);
    this.#listLines = new Uint32Array(forward.columns + 1);
  }

  /** Adds the summary of one cluster to the list that is being written. */
  addCluster(cluster: number, rows: Uint32Array): void {
    const touched = this.#maximize(rows);
    const { least, ofLeast } = this.#cut(touched);
    let left = ofLeast;
    for (const term of touched) {
      const value = this.#valueOf(term);
      this.#maxima[term] = 0;
      if (value < least || (value === least && left-- <= 0)) continue;
      this.#own.terms.push(term);
      this.#own.codes.push(cluster * (LARGEST + 1) + value);
      if (this.#counts[term] === 0) this.#distinct.push(term);
      this.#counts[term] = (this.#counts[term] ?? 0) + 1;
    }
  }

  /** Turns the clusters that were added into lines; a list without them has none. */
  endList(term: number): void {
    const [terms, codes] = [this.#own.terms.view(), this.#own.codes.view()];
    const sorted = this.#distinct.view().slice().sort();
    this.#makeRoom(this.#entries + terms.length);
    for (const each of sorted) {
      this.#lineTerms.push(each);
      this.#lineStarts.push(this.#entries);
      const count = this.#counts[each] ?? 0;
      this.#counts[each] = this.#entries;
      this.#entries += count;
    }
    for (let at = 0; at < terms.length; at++) {
      const each = terms[at] ?? 0;
      const place = this.#counts[each] ?? 0;
      this.#counts[each] = place + 1;
      this.#codes[place] = codes[at] ?? 0;
    }
    for (const each of sorted) this.#counts[each] = 0;
    for (const list of [this.#own.terms, this.#own.codes, this.#distinct]) list.clear();
    this.#listLines[term + 1] = this.#lineTerms.length;
  }

  parts(): SummaryParts {
    const codes = this.#codes.subarray(0, this.#entries);
    const [entryClusters, entryValues] = [new Uint8Array(codes.length), new Uint8Array(codes.length)];
    for (let at = 0; at < codes.length; at++) {
      entryClusters[at] = (codes[at] ?? 0) >>> 8;
      entryValues[at] = codes[at] ?? 0;
    }
    const lineStarts = new Uint32Array(this.#lineStarts.length + 1);
    lineStarts.set(this.#lineStarts.view());
    lineStarts[lineStarts.length - 1] = this.#entries;
    return {
      ...{ listLines: this.#listLines, lineTerms: this.#lineTerms.view().slice(), lineStarts },
      ...{ entryClusters, entryValues, summaryScale: this.#scale },
    };
  }

  /** Sets the maxima. @returns the terms that have one */
  #maximize(rows: Uint32Array): number[] {
    const { terms, impacts } = this.#reader;
    const touched: number[] = [];
    for (const row of rows) {
      this.#reader.read(row);
      for (let at = 0; at < this.#reader.length; at++) {
        const term = terms[at] ?? 0;
        const before = this.#maxima[term] ?? 0;
        const impact = impacts[at] ?? 0;
        if (before === 0) touched.push(term);
        if (impact > before) this.#maxima[term] = impact;
      }
    }
    return touched;
  }

  /** The least value that is kept, and how many of those that equal it. */
  #cut(touched: readonly number[]): { readonly least: number; readonly ofLeast: number } {
    const counted = this.#counted.fill(0);
    let total = 0;
    for (const term of touched) {
      const value = this.#valueOf(term);
      counted[value] = (counted[value] ?? 0) + 1;
      total += value;
    }
    const wanted = this.#mass * total;
    let reached = 0;
    for (let value = LARGEST; value > 0; value--) {
      const count = counted[value] ?? 0;
      if (reached + count * value >= wanted) return { least: value, ofLeast: Math.ceil((wanted - reached) / value) };
      reached += count * value;
    }
    return { least: 0, ofLeast: 0 };
  }

  /** Rounded up, so that a whole summary is never below what it stands for. */
  #valueOf(term: number): number {
    return Math.min(LARGEST, Math.ceil((this.#maxima[term] ?? 0) / this.#scale));
  }

  #makeRoom(entries: number): void {
    if (entries <= this.#codes.length) return;
    const codes = new Uint16Array(Math.max(entries, 2 * this.#codes.length));
    codes.set(this.#codes);
    this.#codes = codes;
  }
}
