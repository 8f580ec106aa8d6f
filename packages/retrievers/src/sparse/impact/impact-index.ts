/** How many documents a window of an {@link ImpactIndex} spans. */
export type WindowDocuments = 32 | 64 | 128 | 256;

/** How impacts are kept: integers of 8 or 16 bits times one scale, or the weights as they are. */
export type ImpactPrecision = 'uint8' | 'uint16' | 'float32';

/** Impacts of one precision. */
export type Impacts = Uint8Array | Uint16Array | Float32Array;

/** What an {@link ImpactIndex} is made of. Arrays are kept, not copied. */
export interface ImpactParts {
  /** Of the model that made the vectors. */
  readonly fingerprint: string;
  /** Terms are numbers below it: the vocabulary's size. */
  readonly columns: number;
  /** Ordinals are below it. */
  readonly size: number;
  /** Documents with at least one term. */
  readonly documents: number;
  /** Window w holds ordinals w · windowDocuments to before (w + 1) · windowDocuments. */
  readonly windowDocuments: WindowDocuments;
  /** A weight is its impact times this. 1 where impacts are the weights themselves. */
  readonly scale: number;

  // A block is the postings of one term within one window, never none.

  /** Blocks of term t are positions `blockOffsets[t]` to before `blockOffsets[t + 1]`. */
  readonly blockOffsets: Uint32Array;
  /** Window of each block; ascending within a term. */
  readonly blockWindows: Uint16Array | Uint32Array;
  /** Postings of block b are positions `blockStarts[b]` to before `blockStarts[b + 1]`. One more than there are blocks. */
  readonly blockStarts: Uint32Array;
  /** Largest impact of each block. */
  readonly blockMaxima: Impacts;
  /** Of each posting: the document's place in its window, 0 to `windowDocuments - 1`; ascending within a block. */
  readonly places: Uint8Array;
  /** Of each posting, above 0. */
  readonly impacts: Impacts;
}

/**
 * An inverted index of sparse vectors, immutable. Made by an `ImpactIndexBuilder` or by `loadImpact`.
 *
 * A term's postings are cut where the windows of documents end, so that an ordinal is one byte and one number bounds
 * what a term can add to any document of a window. Source of the windows: Mallia, Suel and Tonellotto, "Faster Learned
 * Sparse Retrieval with Block-Max Pruning" (SIGIR 2024).
 */
export class ImpactIndex implements ImpactParts {
  readonly fingerprint: string;
  readonly columns: number;
  readonly size: number;
  readonly documents: number;
  readonly windowDocuments: WindowDocuments;
  readonly scale: number;
  readonly blockOffsets: Uint32Array;
  readonly blockWindows: Uint16Array | Uint32Array;
  readonly blockStarts: Uint32Array;
  readonly blockMaxima: Impacts;
  readonly places: Uint8Array;
  readonly impacts: Impacts;

  constructor(parts: ImpactParts) {
    this.fingerprint = parts.fingerprint;
    this.columns = parts.columns;
    this.size = parts.size;
    this.documents = parts.documents;
    this.windowDocuments = parts.windowDocuments;
    this.scale = parts.scale;
    this.blockOffsets = parts.blockOffsets;
    this.blockWindows = parts.blockWindows;
    this.blockStarts = parts.blockStarts;
    this.blockMaxima = parts.blockMaxima;
    this.places = parts.places;
    this.impacts = parts.impacts;
  }

  /** Pairs of a term and a document. */
  get postings(): number {
    return this.places.length;
  }

  /** Windows of documents. */
  get windows(): number {
    return Math.ceil(this.size / this.windowDocuments);
  }

  get precision(): ImpactPrecision {
    if (this.impacts instanceof Float32Array) return 'float32';
    return this.impacts instanceof Uint8Array ? 'uint8' : 'uint16';
  }

  /** Bytes of memory in use. */
  get bytes(): number {
    const { blockOffsets, blockWindows, blockStarts, blockMaxima, places, impacts } = this;
    const arrays = [blockOffsets, blockWindows, blockStarts, blockMaxima, places, impacts];
    return arrays.reduce((total, { byteLength }) => total + byteLength, 0);
  }

  /**
   * The first block of `from` to before `end` that is of `window` or a later one; `end` where there is none. Blocks of
   * one term. O(log distance): cheap when the next one asked for is near.
   */
  blockFrom(from: number, end: number, window: number): number {
    const windows = this.blockWindows;
    let low = from;
    let step = 1;
    while (low + step < end && (windows[low + step] ?? 0) < window) {
      low += step;
      step *= 2;
    }
    let high = Math.min(end, low + step);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((windows[middle] ?? 0) < window) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Postings of some terms, all below `columns`. */
  postingsOf(terms: Uint32Array): number {
    const { blockOffsets, blockStarts } = this;
    let postings = 0;
    for (const term of terms) {
      postings += (blockStarts[blockOffsets[term + 1] ?? 0] ?? 0) - (blockStarts[blockOffsets[term] ?? 0] ?? 0);
    }
    return postings;
  }

  /** The impact of a term in a document; 0 where the document lacks it. */
  impactAt(term: number, ordinal: number): number {
    const window = Math.floor(ordinal / this.windowDocuments);
    const last = this.blockOffsets[term + 1] ?? 0;
    const block = this.blockFrom(this.blockOffsets[term] ?? 0, last, window);
    if (block === last || this.blockWindows[block] !== window) return 0;
    const [start, end] = [this.blockStarts[block] ?? 0, this.blockStarts[block + 1] ?? 0];
    const posting = this.places.subarray(start, end).indexOf(ordinal % this.windowDocuments);
    return posting < 0 ? 0 : (this.impacts[start + posting] ?? 0);
  }
}
