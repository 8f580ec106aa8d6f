/** What stands at the beginning of a file in the Common Index File Format. */
export interface CiffHeader {
  /** Lists of postings in the file. */
  readonly postingsLists: number;
  /** Documents in the file. */
  readonly documents: number;
  /** Of the collection, where the file holds a part of it. */
  readonly totalPostingsLists: number;
  readonly totalDocuments: number;
  /** Terms of all documents of the collection, repetitions included. */
  readonly totalTerms: number;
  readonly averageLength: number;
  /** What made the index, in words. */
  readonly description: string;
}

/** The postings of one term. */
export interface CiffPostings {
  readonly term: string;
  /** Rising. */
  readonly ordinals: Uint32Array;
  /** At least 1. */
  readonly frequencies: Uint32Array;
}

/** A document of a file. */
export interface CiffDocument {
  /** From 0, in the order of the file. */
  readonly ordinal: number;
  readonly id: string;
  /** Terms in it; exporters of Lucene indexes write what the one-byte code kept of it. */
  readonly length: number;
}

// Field numbers of the messages. Source: Lin et al., "Supporting Interoperability Between Open-Source Search Engines
// with the Common Index File Format" (SIGIR 2020), and its schema, version 1.

export const headerFields = {
  version: 1,
  postingsLists: 2,
  documents: 3,
  totalPostingsLists: 4,
  totalDocuments: 5,
  totalTerms: 6,
  averageLength: 7,
  description: 8,
} as const;
export const postingsFields = { term: 1, documentFrequency: 2, collectionFrequency: 3, postings: 4 } as const;
export const postingFields = { gap: 1, frequency: 2 } as const;
export const documentFields = { ordinal: 1, id: 2, length: 3 } as const;
