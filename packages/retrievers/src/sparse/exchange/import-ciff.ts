import { type CallOptions, InvalidInputError, Pace } from '@sluice/core';
import type { Analyzer } from '../analysis/analyzer.js';
import { type Bm25Columns, packColumns } from '../bm25/bm25-columns.js';
import { Bm25Index } from '../bm25/bm25-index.js';
import { encodeLength } from '../bm25/length-code.js';
import { sortTerms } from '../bm25/sort-terms.js';
import { TermDictionary } from '../bm25/term-dictionary.js';
import { GrowingIntegers } from '../growing-integers.js';
import { narrowIntegers } from '../narrow-integers.js';
import type { CiffHeader, CiffPostings } from './ciff.js';
import { readCiff } from './read-ciff.js';

/** Postings between two looks at the clock. */
const STEP = 1 << 16;
/** Terms between two looks at the clock. */
const TERM_STEP = 1024;

/** How {@link importCiff} reads. */
export interface ImportCiffOptions extends Pick<CallOptions, 'signal'> {
  /** Of the file, for errors. */
  readonly name: string;
  /** What made the file's terms, and shall make those of queries. The file does not say: see its description. */
  readonly analyzer: Analyzer;
}

/** An index from a file, with what it is about. */
export interface ImportedCiff {
  readonly index: Bm25Index;
  /** By ordinal. */
  readonly ids: readonly string[];
  readonly description: string;
}

/**
 * Makes a BM25 index of a file in the Common Index File Format, such as Anserini, PISA, JASS or Terrier exchange.
 *
 * Scores equal those of the index that was exported, where lengths went through Lucene's one-byte code. Memory: 8 bytes a
 * posting besides the index that results.
 *
 * @throws {InvalidInputError} the file is cut off, or something in it is not as it must be
 * @throws the signal's `reason`, once it has fired
 * @example
 * const { index, ids } = await importCiff(createReadStream(file), { name: file, analyzer: englishAnalyzer() });
 */
export async function importCiff(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { name, analyzer, signal }: ImportCiffOptions,
): Promise<ImportedCiff> {
  const pace = new Pace(signal);
  const lists = new ListedPostings();
  const ids: string[] = [];
  const lengthCodes = new GrowingIntegers();
  let header: CiffHeader | undefined;
  let filled = 0;
  for await (const part of readCiff(source, name, signal ? { signal } : {})) {
    if (part.kind === 'header') header = part.header;
    else if (part.kind === 'document') {
      ids.push(part.id);
      lengthCodes.push(encodeLength(part.length));
      if (part.length > 0) filled++;
    } else {
      for (const _ of lists.add(part)) if (pace.due) await pace.rest();
    }
    if (pace.due) await pace.rest();
  }
  const steps = indexSteps({ header, lists, lengthCodes: lengthCodes.view(), filled, name, analyzer });
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return { index: step.value, ids, description: header?.description ?? '' };
    if (pace.due) await pace.rest();
  }
}

interface ReadCiff extends Pick<ImportCiffOptions, 'name' | 'analyzer'> {
  readonly header: CiffHeader | undefined;
  readonly lists: ListedPostings;
  readonly lengthCodes: Uint32Array;
  /** Documents with terms. */
  readonly filled: number;
}

/** The index of what was read. A caller can pause at each `yield`. */
function* indexSteps({ header, lists, lengthCodes, filled, name, analyzer }: ReadCiff): Generator<void, Bm25Index> {
  const codes = new Uint8Array(lengthCodes);
  yield* expectLengths(lists.ordinals.view(), codes, name);
  const tokens = tokensOf(header, lists, Math.max(filled, lists.ordinals.length), name);
  yield;
  const columns = { ...(yield* lists.sorted(name)), lengthCodes: codes };
  const packed = yield* packColumns(columns);
  return new Bm25Index({ ...columns, packed, analyzerFingerprint: analyzer.fingerprint, documents: filled, tokens });
}

/** Lists in the order of the file. */
class ListedPostings {
  readonly ordinals: GrowingIntegers = new GrowingIntegers();
  readonly #frequencies = new GrowingIntegers();
  readonly #terms: string[] = [];
  readonly #ends = new GrowingIntegers();
  occurrences = 0;
  #largest = 0;

  /** Yields between steps. */
  *add({ term, ordinals, frequencies }: CiffPostings): Generator<void> {
    // A list without documents has nothing to say.
    if (ordinals.length === 0) return;
    for (let at = 0; at < ordinals.length; at++) {
      this.ordinals.push(ordinals[at] ?? 0);
      this.#frequencies.push(frequencies[at] ?? 0);
      this.occurrences += frequencies[at] ?? 0;
      this.#largest = Math.max(this.#largest, frequencies[at] ?? 0);
      if (at % STEP === STEP - 1) yield;
    }
    this.#terms.push(term);
    this.#ends.push(this.ordinals.length);
  }

  /** The same by UTF-8 bytes of their terms. @throws {InvalidInputError} a term is there twice */
  *sorted(name: string): Generator<void, Pick<Bm25Columns, 'terms' | 'offsets' | 'ordinals' | 'frequencies'>> {
    const [terms, ends] = [this.#terms, this.#ends.view()];
    const order = yield* sortTerms(terms);
    const offsets = new Uint32Array(terms.length + 1);
    const ordinals = new Uint32Array(this.ordinals.length);
    const frequencies = narrowIntegers(this.#largest, this.ordinals.length);
    for (const [rank, list] of order.entries()) {
      if (rank > 0 && terms[list] === terms[order[rank - 1] ?? 0]) {
        throw new InvalidInputError({ source: name }, 'a term has two lists', 'Export the index again.');
      }
      const [start, end] = [list === 0 ? 0 : (ends[list - 1] ?? 0), ends[list] ?? 0];
      const to = offsets[rank] ?? 0;
      ordinals.set(this.ordinals.view().subarray(start, end), to);
      frequencies.set(this.#frequencies.view().subarray(start, end), to);
      offsets[rank + 1] = to + end - start;
      if (rank % TERM_STEP === 0) yield;
    }
    const sorted = { size: order.length, termAt: (rank: number) => terms[order[rank] ?? 0] ?? '' };
    return { terms: yield* TermDictionary.steps(sorted), offsets, ordinals, frequencies };
  }
}

/** Terms of the collection: what the file says, and no less than it has. */
function tokensOf(
  header: CiffHeader | undefined,
  { occurrences }: ListedPostings,
  least: number,
  name: string,
): number {
  const isWhole = header?.documents === header?.totalDocuments;
  const tokens = isWhole ? (header?.totalTerms ?? 0) : Math.max(occurrences, least);
  if (tokens >= Math.max(occurrences, least)) return tokens;
  const problem = `it says that the collection has ${tokens} terms, and its postings have ${occurrences}`;
  throw new InvalidInputError({ source: name }, problem, 'Export the index again.');
}

function* expectLengths(ordinals: Uint32Array, codes: Uint8Array, name: string): Generator<void> {
  for (let at = 0; at < ordinals.length; at++) {
    const ordinal = ordinals[at] ?? 0;
    if (at % STEP === 0) yield;
    if (codes[ordinal] !== 0) continue;
    const problem = `document ${ordinal} has postings and the length 0`;
    throw new InvalidInputError({ source: name }, problem, 'Export the index again.');
  }
}
