import type { Bitmap, DocumentSpace, SparseVector } from '@sluice/core';
import type { KernelMemory, WindowedPostings } from '@sluice/kernels';
import { type ScoredOrdinals, TopDocuments } from '../top-documents.js';
import type { ImpactIndex } from './impact-index.js';
import { WindowOrder } from './window-order.js';
import { copyTo, windowedPostingsOf } from './windowed-postings-of.js';

/**
 * How the best documents are found: `pruned` scores windows in falling order of their bounds and stops when no document
 * of the rest can be among the best; `exhaustive` scores them all. The answers are the same.
 */
export type ImpactEvaluation = 'pruned' | 'exhaustive';

/** What a search looks for. */
export interface ImpactSearch {
  /** At least 1. */
  readonly topK: number;
  /** Only these ordinals; at least the index's size. */
  readonly filter?: Bitmap | undefined;
  /** @default 'pruned' */
  readonly evaluation?: ImpactEvaluation | undefined;
}

/**
 * Scores the documents of one index. One searcher for one thread: it owns the accumulators.
 *
 * A pruned search runs in WebAssembly, over a copy of the index in kernel memory that the first one makes and that all
 * searchers of the index share; where SIMD is missing, the copy does not fit, or the index is so small that it is not
 * worth one, it runs here. So does exhaustive search: the answers are the same.
 *
 * A score is the sum over the query's terms, in their order, of weight · scale · impact in double precision, rounded
 * once to float32. A window's bound is the same sum over the blocks' largest impacts: rounding is monotone, so the bound
 * is never below a score, and nothing needs to be added to it.
 *
 * Memory: 16 bytes a window, and 4 a window for each term of the longest query.
 */
export class ImpactSearcher {
  /** Windows that the last search scored. */
  windowsScored = 0;
  readonly #index: ImpactIndex;
  readonly #space: DocumentSpace;
  readonly #order: WindowOrder;
  // By window. All 0 between searches.
  readonly #bounds: Float64Array;
  // By place in the window that is being scored. All 0 between windows.
  readonly #scores: Float64Array;
  // Position (query term · windows + window) holds the term's block of the window, if it has one; anything if not.
  #blocks = new Uint32Array(0);
  readonly #memory: KernelMemory | undefined;
  #compiled: WindowedPostings | undefined;
  #isPlain = false;

  /** @param memory kernel memory for a copy of its own; by default a shared one, where there are 20,000 postings or more */
  constructor(index: ImpactIndex, space: DocumentSpace, memory?: KernelMemory) {
    this.#memory = memory;
    this.#index = index;
    this.#space = space;
    this.#order = new WindowOrder(index.windows);
    this.#bounds = new Float64Array(index.windows);
    this.#scores = new Float64Array(index.windowDocuments);
  }

  /**
   * The best documents that have any of the terms, best first, equal scores by id.
   *
   * @param query terms below the index's `columns`, weights above 0
   */
  search(query: SparseVector, { topK, filter, evaluation = 'pruned' }: ImpactSearch): ScoredOrdinals {
    const best = new TopDocuments(this.#space, Math.max(1, Math.min(topK, this.#index.size)));
    const weights = this.#weigh(query);
    const compiled = evaluation === 'pruned' ? this.#compiledPostings() : undefined;
    if (compiled) {
      const k = Math.max(1, Math.min(topK, this.#index.size));
      const words = filter?.words.subarray(0, Math.ceil(this.#index.size / 32));
      const { rows, scores } = compiled.search({ terms: query.indices, weights }, k, words);
      this.windowsScored = compiled.windowsScored;
      for (let at = 0; at < rows.length; at++) {
        const score = scores[at] ?? 0;
        if (score >= best.threshold) best.offer(rows[at] ?? 0, score);
      }
      return best.drain();
    }
    this.#bound(query, weights);
    this.#order.sort(this.#bounds);
    this.windowsScored = 0;
    const { windows, count, slack } = this.#order;
    for (let at = 0; at < count; at++) {
      const window = windows[at] ?? 0;
      const bound = this.#bounds[window] ?? 0;
      if (evaluation === 'pruned' && Math.fround(bound) < best.threshold) {
        if (Math.fround(bound + slack) < best.threshold) break;
        continue;
      }
      if (filter && !this.#isAnyIn(filter, window)) continue;
      this.windowsScored++;
      this.#scoreWindow(window, query, weights);
      this.#offerWindow(window, best, filter);
    }
    this.#bounds.fill(0);
    return best.drain();
  }

  /** The scores of chosen documents, in their order; 0 for one that has none of the terms. */
  score(query: SparseVector, ordinals: Uint32Array): Float32Array {
    const { windowDocuments } = this.#index;
    const weights = this.#weigh(query);
    const scores = new Float32Array(ordinals.length);
    const order = Uint32Array.from(ordinals, (_, at) => at).sort(
      (left, right) => (ordinals[left] ?? 0) - (ordinals[right] ?? 0),
    );
    // By query term: its first block that is not of an earlier window.
    const cursors = Uint32Array.from(query.indices, (term) => this.#index.blockOffsets[term] ?? 0);
    let scored = -1;
    for (const at of order) {
      const ordinal = ordinals[at] ?? 0;
      const window = Math.floor(ordinal / windowDocuments);
      if (window !== scored) this.#advanceTo(window, cursors, query, weights);
      scored = window;
      scores[at] = Math.fround(this.#scores[ordinal % windowDocuments] ?? 0);
    }
    this.#scores.fill(0);
    return scores;
  }

  /** Whether the last pruned search ran in WebAssembly. */
  get isCompiled(): boolean {
    return this.#compiled !== undefined;
  }

  /** The copy in kernel memory; `undefined` where there is none to be had. */
  #compiledPostings(): WindowedPostings | undefined {
    if (this.#compiled || this.#isPlain) return this.#compiled;
    this.#compiled = this.#memory ? copyTo(this.#memory, this.#index) : windowedPostingsOf(this.#index);
    this.#isPlain = !this.#compiled;
    return this.#compiled;
  }

  /** The query's weights in units of impacts. */
  #weigh({ values }: SparseVector): Float64Array {
    const weights = new Float64Array(values.length);
    for (let at = 0; at < weights.length; at++) weights[at] = (values[at] ?? 0) * this.#index.scale;
    return weights;
  }

  /** Adds up the bounds of all windows, and notes where each term's blocks are. */
  #bound({ indices }: SparseVector, weights: Float64Array): void {
    const { blockOffsets, blockWindows, blockMaxima } = this.#index;
    const bounds = this.#bounds;
    const windows = bounds.length;
    if (this.#blocks.length < indices.length * windows) this.#blocks = new Uint32Array(2 * indices.length * windows);
    const blocks = this.#blocks;
    for (let at = 0; at < indices.length; at++) {
      const term = indices[at] ?? 0;
      const weight = weights[at] ?? 0;
      const end = blockOffsets[term + 1] ?? 0;
      const row = at * windows;
      for (let block = blockOffsets[term] ?? 0; block < end; block++) {
        const window = blockWindows[block] ?? 0;
        bounds[window] = (bounds[window] ?? 0) + weight * (blockMaxima[block] ?? 0);
        blocks[row + window] = block;
      }
    }
  }

  #scoreWindow(window: number, { indices }: SparseVector, weights: Float64Array): void {
    const { blockOffsets, blockWindows } = this.#index;
    const windows = this.#bounds.length;
    for (let at = 0; at < indices.length; at++) {
      const term = indices[at] ?? 0;
      const block = this.#blocks[at * windows + window] ?? 0;
      // What an earlier query left there is of another term or another window.
      const isOwn =
        block >= (blockOffsets[term] ?? 0) && block < (blockOffsets[term + 1] ?? 0) && blockWindows[block] === window;
      if (isOwn) this.#addBlock(block, weights[at] ?? 0);
    }
  }

  /** Scores a window that is later than the one before. */
  #advanceTo(window: number, cursors: Uint32Array, { indices }: SparseVector, weights: Float64Array): void {
    const { blockOffsets, blockWindows } = this.#index;
    this.#scores.fill(0);
    for (let at = 0; at < indices.length; at++) {
      const end = blockOffsets[(indices[at] ?? 0) + 1] ?? 0;
      const block = this.#index.blockFrom(cursors[at] ?? 0, end, window);
      cursors[at] = block;
      if (block < end && blockWindows[block] === window) this.#addBlock(block, weights[at] ?? 0);
    }
  }

  #addBlock(block: number, weight: number): void {
    const { blockStarts, places, impacts } = this.#index;
    const scores = this.#scores;
    const end = blockStarts[block + 1] ?? 0;
    for (let posting = blockStarts[block] ?? 0; posting < end; posting++) {
      const place = places[posting] ?? 0;
      scores[place] = (scores[place] ?? 0) + weight * (impacts[posting] ?? 0);
    }
  }

  /** Offers the documents of the window and clears their scores. */
  #offerWindow(window: number, best: TopDocuments, filter: Bitmap | undefined): void {
    const scores = this.#scores;
    const { fround } = Math;
    const first = window * scores.length;
    const places = Math.min(scores.length, this.#index.size - first);
    for (let place = 0; place < places; place++) {
      const score = fround(scores[place] ?? 0);
      if (score >= best.threshold && (filter === undefined || filter.has(first + place))) {
        best.offer(first + place, score);
      }
    }
    scores.fill(0);
  }

  /** Whether a document of the window passes. Windows are whole words of the bitmap. */
  #isAnyIn({ words }: Bitmap, window: number): boolean {
    const wordsEach = this.#index.windowDocuments / 32;
    for (let word = window * wordsEach; word < (window + 1) * wordsEach; word++) {
      if ((words[word] ?? 0) !== 0) return true;
    }
    return false;
  }
}
