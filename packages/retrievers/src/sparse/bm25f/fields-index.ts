import type { Bm25Index } from '../bm25/bm25-index.js';
import { type Bm25Statistics, sumStatistics } from '../bm25/bm25-statistics.js';

/** What one field of a collection holds. */
export interface FieldStatistics {
  /** Documents that have a term in it. */
  readonly documents: number;
  /** Terms in it, repetitions included. */
  readonly tokens: number;
}

/** What BM25F knows of a collection besides the postings. Documents count once, in however many fields a term is. */
export interface FieldsStatistics extends Bm25Statistics {
  /** @returns zeros for a field that is not there */
  statisticsOf(field: string): FieldStatistics;
}

/**
 * The fields of documents, each an inverted index over the same ordinals and of the same analyzer. Immutable. Made by a
 * `FieldsIndexBuilder` or by `loadFields`.
 */
export class FieldsIndex implements FieldsStatistics {
  readonly fields: ReadonlyMap<string, Bm25Index>;
  /** Of the analyzer alone: queries are analysed by it. */
  readonly analyzerFingerprint: string;
  /** Documents with a term in any field. */
  readonly documents: number;

  /** @param fields at least one, of one analyzer */
  constructor(fields: ReadonlyMap<string, Bm25Index>, analyzerFingerprint: string) {
    this.fields = fields;
    this.analyzerFingerprint = analyzerFingerprint;
    this.documents = countFilled([...fields.values()]);
  }

  /** Names the analyzer and the fields: an index of other fields is another index. */
  get fingerprint(): string {
    return `bm25f(${[...this.fields.keys()].map(encodeURIComponent).join(',')})/${this.analyzerFingerprint}`;
  }

  /** Ordinals are below it. */
  get size(): number {
    return this.#sum('size', Math.max);
  }

  /** Terms of all fields, repetitions included. */
  get tokens(): number {
    return this.#sum('tokens');
  }

  /** Triples of a term, a document and a field. */
  get postings(): number {
    return this.#sum('postings');
  }

  /** Bytes of memory in use. */
  get bytes(): number {
    return this.#sum('bytes');
  }

  statisticsOf(field: string): FieldStatistics {
    const { documents, tokens } = this.fields.get(field) ?? { documents: 0, tokens: 0 };
    return { documents, tokens };
  }

  /** O(postings of the term). */
  documentFrequency(term: string): number {
    const found = new Set<number>();
    for (const index of this.fields.values()) {
      const number = index.terms.indexOf(term);
      if (number < 0) continue;
      if (this.fields.size === 1) return index.documentFrequencyAt(number);
      for (const ordinal of index.postingsOf(number).ordinals) found.add(ordinal);
    }
    return found.size;
  }

  #sum(
    of: 'size' | 'tokens' | 'postings' | 'bytes',
    join = (left: number, right: number): number => left + right,
  ): number {
    return [...this.fields.values()].reduce((total, index) => join(total, index[of]), 0);
  }
}

/** The statistics of several indexes taken as one collection. */
export function sumFieldsStatistics(parts: readonly FieldsStatistics[]): FieldsStatistics {
  return {
    ...sumStatistics(parts),
    statisticsOf: (field) => {
      const own = parts.map((part) => part.statisticsOf(field));
      const sum = (name: keyof FieldStatistics): number => own.reduce((total, each) => total + each[name], 0);
      return { documents: sum('documents'), tokens: sum('tokens') };
    },
  };
}

function countFilled(indexes: readonly Bm25Index[]): number {
  const [only] = indexes;
  if (indexes.length === 1 && only) return only.documents;
  const filled = new Uint8Array(Math.max(0, ...indexes.map(({ size }) => size)));
  for (const { lengthCodes } of indexes) {
    for (let ordinal = 0; ordinal < lengthCodes.length; ordinal++) if (lengthCodes[ordinal] !== 0) filled[ordinal] = 1;
  }
  let count = 0;
  for (const one of filled) count += one;
  return count;
}
