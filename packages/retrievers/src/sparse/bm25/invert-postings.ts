import { compareUtf8 } from '@sluice/core';
import type { Bm25Columns } from './bm25-columns.js';
import type { DocumentPostings } from './document-postings.js';
import { encodeLength } from './length-code.js';
import { TermDictionary } from './term-dictionary.js';

/** Documents between two chances to pause. */
const PAUSE_EVERY = 1024;

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
  for (let rank = 0; rank < order.length; rank++) rankOf[order[rank] ?? 0] = rank;
  yield;
  const offsets = countPostings(documents, rankOf);
  yield;
  return {
    documents: documents.ordinals.length,
    tokens: documents.tokens,
    terms: TermDictionary.of(Array.from(order, (term) => terms[term] ?? '')),
    offsets,
    ...(yield* placePostings(documents, rankOf, offsets)),
    lengthCodes: lengthCodesOf(documents, size),
  };
}

/** The numbers of the terms in the order of their UTF-8 bytes; sorted in buckets of a common prefix. */
function* sortTerms(terms: readonly string[]): Generator<void, Uint32Array> {
  const buckets = new Map<string, number[]>();
  for (const [number, term] of terms.entries()) {
    const prefix = term.slice(0, 2);
    const bucket = buckets.get(prefix);
    if (bucket) bucket.push(number);
    else buckets.set(prefix, [number]);
  }
  const order = new Uint32Array(terms.length);
  let filled = 0;
  for (const [, bucket] of [...buckets].sort(([left], [right]) => compareUtf8(left, right))) {
    bucket.sort((left, right) => compareUtf8(terms[left] ?? '', terms[right] ?? ''));
    order.set(bucket, filled);
    filled += bucket.length;
    yield;
  }
  return order;
}

function countPostings({ terms }: DocumentPostings, rankOf: Uint32Array): Uint32Array {
  const offsets = new Uint32Array(rankOf.length + 1);
  for (const term of terms.view()) {
    const next = (rankOf[term] ?? 0) + 1;
    offsets[next] = (offsets[next] ?? 0) + 1;
  }
  for (let rank = 1; rank < offsets.length; rank++) offsets[rank] = (offsets[rank] ?? 0) + (offsets[rank - 1] ?? 0);
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
  const frequencies = integersFor(documents.largestFrequency, terms.length);
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
    }
    if (document % PAUSE_EVERY === 0) yield;
  }
  return { ordinals, frequencies };
}

function integersFor(largest: number, length: number): Bm25Columns['frequencies'] {
  if (largest < 0x100) return new Uint8Array(length);
  return largest < 0x10000 ? new Uint16Array(length) : new Uint32Array(length);
}

function lengthCodesOf(documents: DocumentPostings, size: number): Uint8Array {
  const codes = new Uint8Array(size);
  const [ordinals, lengths] = [documents.ordinals.view(), documents.lengths.view()];
  for (let at = 0; at < ordinals.length; at++) codes[ordinals[at] ?? 0] = encodeLength(lengths[at] ?? 0);
  return codes;
}
