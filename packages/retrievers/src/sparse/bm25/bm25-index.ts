import type { Bm25Statistics } from './bm25-statistics.js';
import type { TermDictionary } from './term-dictionary.js';

/** The postings of one term, document by document: two aligned columns, to be read and not to be changed. */
export interface TermPostings {
  /** Ascending. */
  readonly ordinals: Uint32Array;
  /** How often the term is in each of them, at least 1. */
  readonly frequencies: Uint8Array | Uint16Array | Uint32Array;
}

/** The postings of an index in plain columns: what {@link Bm25Index.of} takes. */
export interface Bm25Columns {
  readonly analyzerFingerprint: string;
  /** Documents with at least one term. */
  readonly documents: number;
  /** Terms of all documents, repetitions included. */
  readonly tokens: number;
  readonly terms: TermDictionary;
  /** Postings of term t are positions `offsets[t]` to before `offsets[t + 1]`. One more than there are terms. */
  readonly offsets: Uint32Array;
  /** Ordinal of the document of each posting; ascending within a term. */
  readonly ordinals: Uint32Array;
  /** How often the term is in that document, at least 1. */
  readonly frequencies: Uint8Array | Uint16Array | Uint32Array;
  /** By ordinal: the code of the document's length (`length-code.ts`), 0 where it has no term. */
  readonly lengthCodes: Uint8Array;
}

/** What a {@link Bm25Index} is made of. Arrays are kept, not copied. */
export type Bm25Parts = Bm25Columns;

/**
 * An inverted index of term frequencies, immutable. Made by a `Bm25IndexBuilder` or by `loadBm25`.
 *
 * Holds no k1 and no b: a retriever brings those, and the statistics of the whole collection if this is a part of one.
 */
export class Bm25Index implements Bm25Parts, Bm25Statistics {
  readonly analyzerFingerprint: string;
  readonly documents: number;
  readonly tokens: number;
  readonly terms: TermDictionary;
  readonly offsets: Uint32Array;
  readonly ordinals: Uint32Array;
  readonly frequencies: Uint8Array | Uint16Array | Uint32Array;
  readonly lengthCodes: Uint8Array;

  constructor(parts: Bm25Parts) {
    this.analyzerFingerprint = parts.analyzerFingerprint;
    this.documents = parts.documents;
    this.tokens = parts.tokens;
    this.terms = parts.terms;
    this.offsets = parts.offsets;
    this.ordinals = parts.ordinals;
    this.frequencies = parts.frequencies;
    this.lengthCodes = parts.lengthCodes;
  }

  /** The index of postings that are sorted already: terms by UTF-8 bytes, each term's postings by ordinal. Checks nothing. */
  static of(columns: Bm25Columns): Bm25Index {
    return new Bm25Index(columns);
  }

  /** Ordinals are below it. */
  get size(): number {
    return this.lengthCodes.length;
  }

  /** Pairs of a term and a document. */
  get postings(): number {
    return this.ordinals.length;
  }

  /** Bytes of memory in use. */
  get bytes(): number {
    const { terms, offsets, ordinals, frequencies, lengthCodes } = this;
    const arrays = [terms.bytes, terms.offsets, offsets, ordinals, frequencies, lengthCodes];
    return arrays.reduce((total, { byteLength }) => total + byteLength, 0);
  }

  documentFrequency(term: string): number {
    const number = this.terms.indexOf(term);
    return number < 0 ? 0 : this.documentFrequencyAt(number);
  }

  /**
   * How many documents have a term.
   *
   * @param term its number in {@link terms}
   */
  documentFrequencyAt(term: number): number {
    return (this.offsets[term + 1] ?? 0) - (this.offsets[term] ?? 0);
  }

  /**
   * The documents that have a term, and how often. O(their number).
   *
   * @param term its number in {@link terms}
   */
  postingsOf(term: number): TermPostings {
    const [start, end] = [this.offsets[term] ?? 0, this.offsets[term + 1] ?? 0];
    return { ordinals: this.ordinals.subarray(start, end), frequencies: this.frequencies.subarray(start, end) };
  }

  /**
   * How often a document has a term, 0 where it has not. O(log postings of the term).
   *
   * @param term its number in {@link terms}
   */
  frequencyIn(term: number, ordinal: number): number {
    const { ordinals, frequencies } = this.postingsOf(term);
    let [low, high] = [0, ordinals.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ordinals[middle] ?? 0) < ordinal) low = middle + 1;
      else high = middle;
    }
    return ordinals[low] === ordinal ? (frequencies[low] ?? 0) : 0;
  }
}
