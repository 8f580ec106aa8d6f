import { heaviestTerms, type SparseMatrix, type SparseVector, seededRandom, sparseRowOf } from '@sluice/core';
import { type ForwardParts, RowReader } from './forward-rows.js';

/** Queries made of documents have so many terms, evenly: as learned queries do. */
const [LEAST_TERMS, MOST_TERMS] = [6, 40];

/**
 * How far weights fall from the first term to the last of every second pair of made queries, as a logarithm. Weights of
 * documents are flat, as are those of query tables; those of encoded queries are not: of SPLADE-v3 and SPLADE++ the
 * heaviest is 6 to 11 times the median, and four of 25 terms have half of the weight.
 */
const DECAY = 4;

/** A query to measure with. */
export interface SampleQuery {
  readonly vector: SparseVector;
  /** The document that it was made of, and that must not count; -1 where there is none. */
  readonly hidden: number;
}

/** Given queries, as many as are wanted, evenly. */
export function givenSample(queries: SparseMatrix, count: number): SampleQuery[] {
  const step = Math.max(1, queries.rows / count);
  const rows = Array.from({ length: Math.min(count, queries.rows) }, (_, at) => Math.floor(at * step));
  return rows.map((row) => ({ vector: sparseRowOf(queries, row), hidden: -1 }));
}

/**
 * Queries made of documents drawn with a seed: the heaviest terms of one; and of every second a random half of twice as
 * many, with half as many terms of any other at half their weight, as a question names some of what a document is about,
 * and things beside. Half of them keep the document's flat weights, which are harder to foretell the best of.
 *
 * @param scale of the impacts
 */
export function documentSample(
  forward: ForwardParts,
  { count, seed, scale }: { readonly count: number; readonly seed: number; readonly scale: number },
): SampleQuery[] {
  const random = seededRandom(seed);
  const reader = new RowReader(forward);
  const draw = (): number => Math.floor(random() * forward.rows);
  const heaviest = (row: number, terms: number): SparseVector => {
    reader.read(row);
    const indices = reader.terms.slice(0, reader.length);
    const values = reader.impacts.slice(0, reader.length).map((impact) => impact * scale);
    return heaviestTerms({ indices, values }, terms);
  };
  const sample: SampleQuery[] = [];
  // Documents may be empty: twice as many draws as are wanted, at most.
  for (let drawn = 0; drawn < 2 * count && sample.length < count; drawn++) {
    const row = draw();
    const terms = LEAST_TERMS + Math.floor(random() * (MOST_TERMS - LEAST_TERMS + 1));
    const isMixed = drawn % 2 === 1;
    const own = heaviest(row, isMixed ? 2 * terms : terms);
    if (own.indices.length === 0) continue;
    const vector = isMixed ? mixed(own, heaviest(draw(), Math.ceil(terms / 2)), random) : own;
    sample.push({ vector: drawn % 4 < 2 ? vector : steepened(vector), hidden: row });
  }
  return sample;
}

/** The same terms, each weighed less the more of them are heavier. */
function steepened({ indices, values }: SparseVector): SparseVector {
  const order = Uint32Array.from(indices.keys()).sort((left, right) => (values[right] ?? 0) - (values[left] ?? 0));
  const weights = new Float32Array(values.length);
  for (const [rank, at] of order.entries()) {
    weights[at] = (values[at] ?? 0) * Math.exp((-DECAY * rank) / order.length);
  }
  return { indices, values: weights };
}

/** A random half of one vector's terms, at least its first, and all of another's at half their weight. */
function mixed(own: SparseVector, other: SparseVector, random: () => number): SparseVector {
  const weights = new Map<number, number>();
  for (const [at, term] of other.indices.entries()) weights.set(term, (other.values[at] ?? 0) / 2);
  for (const [at, term] of own.indices.entries()) {
    if (at === 0 || random() < 0.5) weights.set(term, own.values[at] ?? 0);
  }
  const indices = Uint32Array.from(weights.keys()).sort();
  return { indices, values: Float32Array.from(indices, (term) => weights.get(term) ?? 0) };
}
