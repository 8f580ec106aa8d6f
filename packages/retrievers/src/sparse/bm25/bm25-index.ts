import { PackedLists, type PackedPostings } from '@sluice/kernels';
import { type Bm25Columns, packColumns } from './bm25-columns.js';
import type { Bm25Statistics } from './bm25-statistics.js';
import { sound } from './damaged-bm25.js';
import type { TermDictionary } from './term-dictionary.js';

/** The postings of one term, document by document: two aligned columns. */
export interface TermPostings {
  /** Ascending. */
  readonly ordinals: Uint32Array;
  /** How often the term is in each of them, at least 1. */
  readonly frequencies: Uint32Array;
}

/** What a {@link Bm25Index} is made of. Arrays are kept, not copied. */
export interface Bm25Parts extends Omit<Bm25Columns, 'offsets' | 'ordinals' | 'frequencies'> {
  readonly packed: PackedPostings;
}

/**
 * An inverted index of term frequencies, compressed and immutable. Made by a `Bm25IndexBuilder`, by `loadBm25`, or of
 * plain columns.
 *
 * Holds no k1 and no b: a retriever brings those, and the statistics of the whole collection if this is a part of one.
 */
export class Bm25Index implements Bm25Statistics {
  readonly analyzerFingerprint: string;
  readonly documents: number;
  readonly tokens: number;
  readonly terms: TermDictionary;
  readonly lists: PackedLists;
  /** Pairs of a term and a document. */
  readonly postings: number;

  constructor({ analyzerFingerprint, documents, tokens, terms, packed, lengthCodes }: Bm25Parts) {
    this.analyzerFingerprint = analyzerFingerprint;
    this.documents = documents;
    this.tokens = tokens;
    this.terms = terms;
    this.lists = new PackedLists(packed, lengthCodes);
    this.postings = packed.counts.reduce((sum, count) => sum + count, 0);
  }

  /** The index of postings that are sorted already: terms by UTF-8 bytes, each term's postings by ordinal. Checks nothing. */
  static of(columns: Bm25Columns): Bm25Index {
    const steps = packColumns(columns);
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return new Bm25Index({ ...columns, packed: step.value });
    }
  }

  /** By ordinal: the code of the document's length (`length-code.ts`), 0 where it has no term. */
  get lengthCodes(): Uint8Array {
    return this.lists.lengthCodes;
  }

  /** Ordinals are below it. */
  get size(): number {
    return this.lengthCodes.length;
  }

  /** Bytes of ordinals and frequencies, and of what is kept to skip some of them. */
  get postingBytes(): number {
    const { blocks, blockStarts, blockLasts, tails } = this.lists.packed;
    return blocks.length + blockStarts.byteLength + blockLasts.byteLength + tails.length;
  }

  /** Bytes of memory in use. A search has a copy of its own of most of it. */
  get bytes(): number {
    const { counts, tailStarts } = this.lists.packed;
    const arrays = [this.terms.bytes, this.terms.offsets, counts, tailStarts, this.lists.firstBlocks, this.lengthCodes];
    return arrays.reduce((total, { byteLength }) => total + byteLength, this.postingBytes);
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
    return this.lists.packed.counts[term] ?? 0;
  }

  /**
   * The documents that have a term, and how often: decoded for the caller. O(their number).
   *
   * @param term its number in {@link terms}
   * @throws {DamagedIndexError} its bytes are not what an index writes
   */
  postingsOf(term: number): TermPostings {
    return sound(() => this.lists.postingsOf(term));
  }

  /**
   * How often a document has a term, 0 where it has not. Decodes one block of postings.
   *
   * @param term its number in {@link terms}
   * @throws {DamagedIndexError} its bytes are not what an index writes
   */
  frequencyIn(term: number, ordinal: number): number {
    return sound(() => this.lists.frequencyIn(term, ordinal));
  }
}
