import { InvalidInputError } from '@sluice/core';
import { bucketCount, lowBits } from '@sluice/kernels';
import type { ImpactIndex, Impacts } from '../impact-index.js';

/** The most terms that a row may have: places in it are numbers of 16 bits. */
const MAX_TERMS = 65_535;
/** Terms, or documents, between two chances to pause. */
const PAUSE_EVERY = 512;

/** Vectors by document, terms in buckets: see `SparseClustersParts`. Row o is that of ordinal o. */
export interface ForwardParts {
  readonly rows: number;
  readonly columns: number;
  readonly rowOffsets: Uint32Array;
  readonly bucketStarts: Uint16Array;
  readonly lows: Uint8Array | Uint16Array;
  readonly impacts: Impacts;
}

/**
 * The vectors of an index, by document. O(postings + documents · buckets).
 *
 * @throws {InvalidInputError} a document has more than 65,535 terms; `row` is its ordinal
 */
export function* forwardRows(index: ImpactIndex): Generator<void, ForwardParts> {
  const { columns, size, postings } = index;
  const rowOffsets = yield* countTerms(index);
  const [bits, buckets] = [lowBits(columns), bucketCount(columns)];
  const lows = bits === 8 ? new Uint8Array(postings) : new Uint16Array(postings);
  const impacts = index.impacts.slice();
  const bucketStarts = new Uint16Array(size * (buckets + 1));
  const cursors = rowOffsets.slice(0, size);
  for (let term = 0; term < columns; term++) {
    const [bucket, low] = [term >>> bits, term & (2 ** bits - 1)];
    for (let block = index.blockOffsets[term] ?? 0; block < (index.blockOffsets[term + 1] ?? 0); block++) {
      const first = (index.blockWindows[block] ?? 0) * index.windowDocuments;
      const end = index.blockStarts[block + 1] ?? 0;
      for (let posting = index.blockStarts[block] ?? 0; posting < end; posting++) {
        const row = first + (index.places[posting] ?? 0);
        const at = cursors[row] ?? 0;
        cursors[row] = at + 1;
        lows[at] = low;
        impacts[at] = index.impacts[posting] ?? 0;
        // How many there are up to this bucket: below, those that are empty follow the one before.
        bucketStarts[row * (buckets + 1) + bucket + 1] = at + 1 - (rowOffsets[row] ?? 0);
      }
    }
    if (term % PAUSE_EVERY === 0) yield;
  }
  for (let row = 0; row < size; row++) {
    let [at, last] = [row * (buckets + 1) + 1, 0];
    for (const end = at + buckets; at < end; at++) {
      last = Math.max(last, bucketStarts[at] ?? 0);
      bucketStarts[at] = last;
    }
    if (row % PAUSE_EVERY === 0) yield;
  }
  return { rows: size, columns, rowOffsets, bucketStarts, lows, impacts };
}

function* countTerms(index: ImpactIndex): Generator<void, Uint32Array> {
  const offsets = new Uint32Array(index.size + 1);
  for (let block = 0; block < index.blockWindows.length; block++) {
    const first = (index.blockWindows[block] ?? 0) * index.windowDocuments;
    const end = index.blockStarts[block + 1] ?? 0;
    for (let posting = index.blockStarts[block] ?? 0; posting < end; posting++) {
      const row = first + (index.places[posting] ?? 0);
      if (row >= index.size) throw outside(row);
      offsets[row + 1] = (offsets[row + 1] ?? 0) + 1;
    }
    if (block % (64 * PAUSE_EVERY) === 0) yield;
  }
  for (let row = 0; row < index.size; row++) {
    const terms = offsets[row + 1] ?? 0;
    if (terms > MAX_TERMS) throw tooMany(row, terms);
    offsets[row + 1] = terms + (offsets[row] ?? 0);
  }
  return offsets;
}

/** Reads the vectors of {@link ForwardParts} one after the other, into arrays that it owns. */
export class RowReader {
  /** Of the last row read, rising: the first {@link length}. */
  readonly terms: Uint32Array;
  /** In the places of the terms. */
  readonly impacts: Float32Array;
  length = 0;
  readonly #parts: ForwardParts;
  readonly #bits: number;
  readonly #buckets: number;

  constructor(parts: ForwardParts) {
    this.#parts = parts;
    this.#bits = lowBits(parts.columns);
    this.#buckets = bucketCount(parts.columns);
    let most = 0;
    for (let row = 0; row < parts.rows; row++) {
      most = Math.max(most, (parts.rowOffsets[row + 1] ?? 0) - (parts.rowOffsets[row] ?? 0));
    }
    this.terms = new Uint32Array(most);
    this.impacts = new Float32Array(most);
  }

  read(row: number): void {
    const { rowOffsets, bucketStarts, lows, impacts } = this.#parts;
    const first = rowOffsets[row] ?? 0;
    const starts = row * (this.#buckets + 1);
    this.length = (rowOffsets[row + 1] ?? 0) - first;
    let at = 0;
    for (let bucket = 0; bucket < this.#buckets; bucket++) {
      const end = bucketStarts[starts + bucket + 1] ?? 0;
      const high = bucket * 2 ** this.#bits;
      for (; at < end; at++) {
        this.terms[at] = high + (lows[first + at] ?? 0);
        this.impacts[at] = impacts[first + at] ?? 0;
      }
    }
  }
}

function tooMany(row: number, terms: number): InvalidInputError {
  const problem = `the document has ${terms} terms, and at most ${MAX_TERMS} can be clustered`;
  return new InvalidInputError({ source: 'index', row }, problem, "Build the index with 'documentTerms'.");
}

function outside(row: number): InvalidInputError {
  const problem = 'it has a posting of a document beyond its size';
  return new InvalidInputError({ source: 'index', row }, problem, 'Build the index again.');
}
