import { InvalidInputError, type Matrix } from '@sluice/core';

/** Numbers between two yields. */
const STEP = 65_536;
/** Queries, likewise. */
const QUERIES = 64;

/** Judged lists to learn from: for each query its vector and the cosines and labels of its candidates. */
export interface AdapterData {
  /** One row a query. */
  readonly queries: Matrix;
  /** Pairs of query `q` are positions `offsets[q]` to `offsets[q + 1] - 1`; one more than there are queries. */
  readonly offsets: Uint32Array;
  /** -1 to 1. */
  readonly cosines: Float32Array;
  /** 1 relevant, 0 not. */
  readonly labels: Uint8Array;
}

/**
 * Yields often: drive it with `paced`.
 *
 * @throws {InvalidInputError} lengths that do not fit together, numbers that are not finite, or other labels than 0 and 1
 */
export function* checkAdapterData({ queries, offsets, cosines, labels }: AdapterData): Generator<void, void> {
  const refuse = (problem: string, row?: number): never => {
    const position = row === undefined ? { source: 'adapter data' } : { source: 'adapter data', row };
    throw new InvalidInputError(position, problem, 'Pass one cosine and one label for each candidate of each query.');
  };
  if (queries.rows < 2) refuse(`${queries.rows} queries, and some must be held out`);
  if (queries.data.length !== queries.rows * queries.columns) refuse('the query vectors do not fill their rows');
  if (offsets.length !== queries.rows + 1) refuse(`${offsets.length} offsets for ${queries.rows} queries`);
  if (offsets[0] !== 0 || offsets.at(-1) !== cosines.length) refuse('the offsets do not span the cosines');
  if (labels.length !== cosines.length) refuse(`${labels.length} labels for ${cosines.length} cosines`);
  const unsorted = offsets.findIndex((offset, at) => at > 0 && offset < (offsets[at - 1] ?? 0));
  if (unsorted >= 0) refuse('the offsets do not ascend', unsorted);
  for (let at = 0; at < cosines.length; at++) {
    if (!Number.isFinite(cosines[at])) refuse('a cosine is not finite', at);
    if ((labels[at] ?? 0) > 1) refuse('a label is neither 0 nor 1', at);
    if (at % STEP === STEP - 1) yield;
  }
  for (let at = 0; at < queries.data.length; at++) {
    if (!Number.isFinite(queries.data[at])) refuse('a query vector is not finite', Math.floor(at / queries.columns));
    if (at % STEP === STEP - 1) yield;
  }
}

/** The data of some of the queries, in the order of `picked`. Yields often: drive it with `paced`. */
export function* pickSteps(data: AdapterData, picked: Uint32Array): Generator<void, AdapterData> {
  const { columns } = data.queries;
  const rows = new Float32Array(picked.length * columns);
  for (const [at, query] of picked.entries()) {
    rows.set(data.queries.data.subarray(query * columns, (query + 1) * columns), at * columns);
    if (at % QUERIES === QUERIES - 1) yield;
  }
  return { queries: { data: rows, rows: picked.length, columns }, ...(yield* pickPairs(data, picked)) };
}

/** Their pairs alone, likewise. */
export function* pickPairs(
  data: Omit<AdapterData, 'queries'>,
  picked: Uint32Array,
): Generator<void, Omit<AdapterData, 'queries'>> {
  const offsets = new Uint32Array(picked.length + 1);
  for (const [at, query] of picked.entries()) {
    offsets[at + 1] = (offsets[at] ?? 0) + (data.offsets[query + 1] ?? 0) - (data.offsets[query] ?? 0);
    if (at % QUERIES === QUERIES - 1) yield;
  }
  const cosines = new Float32Array(offsets.at(-1) ?? 0);
  const labels = new Uint8Array(cosines.length);
  for (const [at, query] of picked.entries()) {
    const [from, to] = [data.offsets[query], data.offsets[query + 1]];
    cosines.set(data.cosines.subarray(from, to), offsets[at]);
    labels.set(data.labels.subarray(from, to), offsets[at]);
    if (at % QUERIES === QUERIES - 1) yield;
  }
  return { offsets, cosines, labels };
}
