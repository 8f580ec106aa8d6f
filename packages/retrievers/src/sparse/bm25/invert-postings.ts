import { narrowIntegers } from '../narrow-integers.js';
import type { Bm25Columns } from './bm25-columns.js';
import type { DocumentPostings } from './document-postings.js';
import { encodeLength } from './length-code.js';
import { sortTerms } from './sort-terms.js';
import { TermDictionary } from './term-dictionary.js';

/** Postings, terms or documents between two chances to pause: about a millisecond. */
const PAUSE_EVERY = 1 << 14;

/**
 * Turns postings by document into postings by term: a counting sort, O(postings + terms log terms).
 *
 * A generator, so that a caller can pause at each `yield`.
 *
 * @param terms by the numbers that `documents` uses; distinct, well-formed Unicode
 * @param size ordinals are below it
 */
export function* invertPostings(
  documents: DocumentPostings,
  terms: readonly string[],
  size: number,
): Generator<void, Omit<Bm25Columns, 'analyzerFingerprint'>> {
  const order = yield* sortTerms(terms);
  const rankOf = new Uint32Array(terms.length);
  for (let rank = 0; rank < order.length; rank++) {
    rankOf[order[rank] ?? 0] = rank;
    if (rank % PAUSE_EVERY === 0) yield;
  }
  const offsets = yield* countPostings(documents, rankOf);
  return {
    documents: documents.ordinals.length,
    tokens: documents.tokens,
    terms: yield* TermDictionary.steps({ size: order.length, termAt: (rank) => terms[order[rank] ?? 0] ?? '' }),
    offsets,
    ...(yield* placePostings(documents, rankOf, offsets)),
    lengthCodes: yield* lengthCodesOf(documents, size),
  };
}

function* countPostings({ terms }: DocumentPostings, rankOf: Uint32Array): Generator<void, Uint32Array> {
  const offsets = new Uint32Array(rankOf.length + 1);
  const all = terms.view();
  for (let at = 0; at < all.length; at++) {
    const next = (rankOf[all[at] ?? 0] ?? 0) + 1;
    offsets[next] = (offsets[next] ?? 0) + 1;
    if (at % PAUSE_EVERY === 0) yield;
  }
  for (let rank = 1; rank < offsets.length; rank++) {
    offsets[rank] = (offsets[rank] ?? 0) + (offsets[rank - 1] ?? 0);
    if (rank % PAUSE_EVERY === 0) yield;
  }
  return offsets;
}

function* placePostings(
  documents: DocumentPostings,
  rankOf: Uint32Array,
  offsets: Uint32Array,
): Generator<void, Pick<Bm25Columns, 'ordinals' | 'frequencies'>> {
  const [ends, documentOrdinals] = [documents.ends.view(), documents.ordinals.view()];
  const [terms, documentFrequencies] = [documents.terms.view(), documents.frequencies.view()];
  const ordinals = new Uint32Array(terms.length);
  const frequencies = narrowIntegers(documents.largestFrequency, terms.length);
  const cursors = offsets.slice();
  let posting = 0;
  for (let document = 0; document < ends.length; document++) {
    const end = ends[document] ?? 0;
    const ordinal = documentOrdinals[document] ?? 0;
    for (; posting < end; posting++) {
      const rank = rankOf[terms[posting] ?? 0] ?? 0;
      const place = cursors[rank] ?? 0;
      cursors[rank] = place + 1;
      ordinals[place] = ordinal;
      frequencies[place] = documentFrequencies[posting] ?? 0;
      if (posting % PAUSE_EVERY === 0) yield;
    }
  }
  return { ordinals, frequencies };
}

function* lengthCodesOf(documents: DocumentPostings, size: number): Generator<void, Uint8Array> {
  const codes = new Uint8Array(size);
  const [ordinals, lengths] = [documents.ordinals.view(), documents.lengths.view()];
  for (let at = 0; at < ordinals.length; at++) {
    codes[ordinals[at] ?? 0] = encodeLength(lengths[at] ?? 0);
    if (at % PAUSE_EVERY === 0) yield;
  }
  return codes;
}
