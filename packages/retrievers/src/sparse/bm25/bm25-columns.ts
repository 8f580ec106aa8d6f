import { type PackedPostings, PostingsPacker } from '@sluice/kernels';
import type { TermDictionary } from './term-dictionary.js';

/** Terms between two chances to pause. */
const PAUSE_EVERY = 256;

/** The postings of an index in plain columns. */
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

/** Compresses the postings. A generator, so that a caller can pause at each `yield`. */
export function* packColumns({
  offsets,
  ordinals,
  frequencies,
  lengthCodes,
}: Pick<Bm25Columns, 'offsets' | 'ordinals' | 'frequencies' | 'lengthCodes'>): Generator<void, PackedPostings> {
  const packer = new PostingsPacker(lengthCodes);
  for (let term = 0; term + 1 < offsets.length; term++) {
    yield* packer.steps(ordinals, frequencies, offsets[term], offsets[term + 1]);
    if (term % PAUSE_EVERY === 0) yield;
  }
  return packer.finish();
}
