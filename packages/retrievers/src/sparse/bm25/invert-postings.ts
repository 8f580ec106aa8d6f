import { compareUtf8 } from '@sluice/core';
import type { Bm25Columns } from './bm25-columns.js';
import type { DocumentPostings } from './document-postings.js';
import { encodeLength } from './length-code.js';
import { TermDictionary } from './term-dictionary.js';

/** Postings, terms or documents between two chances to pause: about a millisecond. */
const PAUSE_EVERY = 1 << 14;
/** Terms that are sorted at once. */
const SORTED_AT_ONCE = 1024;
/** UTF-16 units of a prefix by which terms are told apart, and more that there are at most: custom terms may be long. */
const PREFIX_UNITS = 2;
const MOST_PREFIX_UNITS = 64;

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

/** The numbers of the terms in the order of their UTF-8 bytes. */
function* sortTerms(terms: readonly string[]): Generator<void, Uint32Array> {
  const order = new Uint32Array(terms.length);
  let filled = 0;
  const numbers = Array.from(terms.keys());
  for (const bucket of sortedBuckets(terms, numbers, PREFIX_UNITS)) {
    order.set(bucket, filled);
    filled += bucket.length;
    yield;
  }
  return order;
}

/** The same numbers in sorted pieces, one after the other; empty ones where there is a chance to pause. */
function* sortedBuckets(
  terms: readonly string[],
  numbers: readonly number[],
  prefixUnits: number,
): Generator<readonly number[]> {
  if (numbers.length <= SORTED_AT_ONCE || prefixUnits > MOST_PREFIX_UNITS) {
    yield numbers.toSorted((left, right) => compareUtf8(terms[left] ?? '', terms[right] ?? ''));
    return;
  }
  const buckets = new Map<string, number[]>();
  for (const [at, number] of numbers.entries()) {
    const prefix = terms[number]?.slice(0, prefixUnits) ?? '';
    const bucket = buckets.get(prefix);
    if (bucket) bucket.push(number);
    else buckets.set(prefix, [number]);
    if (at % PAUSE_EVERY === 0) yield [];
  }
  for (const [, bucket] of [...buckets].sort(([left], [right]) => compareUtf8(left, right)))
    yield* sortedBuckets(terms, bucket, prefixUnits + PREFIX_UNITS);
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
      if (posting % PAUSE_EVERY === 0) yield;
    }
  }
  return { ordinals, frequencies };
}

function integersFor(largest: number, length: number): Bm25Columns['frequencies'] {
  if (largest < 0x100) return new Uint8Array(length);
  return largest < 0x10000 ? new Uint16Array(length) : new Uint32Array(length);
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
