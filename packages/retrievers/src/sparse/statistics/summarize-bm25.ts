import { compareUtf8, Pace, parseOptions } from '@sluice/core';
import type { Bm25Index } from '../bm25/bm25-index.js';
import { averageLength, inverseDocumentFrequency } from '../bm25/bm25-weights.js';
import { type SummarizeOptions, summarizeOptions } from './summarize-options.js';

/** One of the most common terms. */
export interface TermSummary {
  readonly term: string;
  /** Documents that have it. */
  readonly documentFrequency: number;
  /** Its occurrences in all of them. */
  readonly collectionFrequency: number;
  readonly idf: number;
}

/** What an inverted index holds: Lucene's numbers. */
export interface Bm25Summary {
  /** Documents with at least one term. */
  readonly documents: number;
  /** Distinct terms. */
  readonly terms: number;
  /** Pairs of a term and a document. */
  readonly postings: number;
  /** Terms of all documents, repetitions included. */
  readonly tokens: number;
  /** Mean tokens of the documents with any. */
  readonly averageLength: number;
  /** Longest term, in bytes of UTF-8. */
  readonly longestTermBytes: number;
  /** Terms of a single document. */
  readonly singletons: number;
  /** In memory. */
  readonly bytes: number;
  /** The most common first, equal ones by their UTF-8 bytes. */
  readonly topTerms: readonly TermSummary[];
}

/** Terms between two looks at the clock. */
const STEP = 4096;

/**
 * Counts what the indexes of one collection hold. O(terms), and for several indexes a table of all their terms.
 *
 * @throws {InvalidOptionsError} `topTerms` is out of range
 * @throws the signal's `reason`, once it has fired
 */
export async function summarizeBm25(
  indexes: readonly Bm25Index[],
  { signal, ...rest }: SummarizeOptions = {},
): Promise<Bm25Summary> {
  const { topTerms } = parseOptions(summarizeOptions, rest, 'summarizeBm25');
  const tally = new TermTally(topTerms);
  await tallyTerms(indexes, tally, new Pace(signal));
  const sum = (of: (index: Bm25Index) => number): number => indexes.reduce((total, index) => total + of(index), 0);
  const [documents, tokens] = [sum((index) => index.documents), sum((index) => index.tokens)];
  return {
    documents,
    terms: tally.terms,
    postings: sum((index) => index.postings),
    tokens,
    averageLength: averageLength({ documents, tokens }),
    longestTermBytes: tally.longest,
    singletons: tally.singletons,
    bytes: sum((index) => index.bytes),
    topTerms: tally.top.map(([term, documentFrequency]) => ({
      term,
      documentFrequency,
      collectionFrequency: sum((index) => occurrences(index, term)),
      idf: inverseDocumentFrequency(documents, documentFrequency),
    })),
  };
}

/** Tells the tally of every term once: those of several indexes with the sum of their documents. */
async function tallyTerms(indexes: readonly Bm25Index[], tally: TermTally, pace: Pace): Promise<void> {
  const shared = indexes.length > 1 ? new Map<string, number>() : undefined;
  for (const index of indexes) {
    for (let term = 0; term < index.terms.size; term++) {
      const frequency = index.documentFrequencyAt(term);
      if (shared) {
        const text = index.terms.termAt(term);
        shared.set(text, (shared.get(text) ?? 0) + frequency);
      } else if (tally.add(frequency)) tally.keep(index.terms.termAt(term), frequency);
      tally.longest = Math.max(tally.longest, byteLength(index, term));
      if (term % STEP === 0 && pace.due) await pace.rest();
    }
  }
  let counted = 0;
  for (const [term, frequency] of shared ?? []) {
    if (tally.add(frequency)) tally.keep(term, frequency);
    if (counted++ % STEP === 0 && pace.due) await pace.rest();
  }
}

/** The most common terms so far, and how many there are. */
class TermTally {
  readonly #capacity: number;
  readonly top: (readonly [term: string, documentFrequency: number])[] = [];
  terms = 0;
  singletons = 0;
  longest = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Counts a term; whether it may be among the most common. */
  add(documentFrequency: number): boolean {
    this.terms++;
    if (documentFrequency === 1) this.singletons++;
    return this.top.length < this.#capacity || documentFrequency >= (this.top.at(-1)?.[1] ?? Infinity);
  }

  keep(term: string, documentFrequency: number): void {
    this.top.push([term, documentFrequency]);
    this.top.sort(([left, a], [right, b]) => b - a || compareUtf8(left, right));
    this.top.length = Math.min(this.top.length, this.#capacity);
  }
}

function byteLength({ terms: { offsets } }: Bm25Index, term: number): number {
  return (offsets[term + 1] ?? 0) - (offsets[term] ?? 0);
}

function occurrences(index: Bm25Index, term: string): number {
  const number = index.terms.indexOf(term);
  if (number < 0) return 0;
  let total = 0;
  for (const frequency of index.postingsOf(number).frequencies) total += frequency;
  return total;
}
