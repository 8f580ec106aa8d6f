import { type CallOptions, InvalidOptionsError, type Matrix, type VectorIndex } from '@sluice/core';
import { runInTurns } from '../run-in-turns.js';
import { lidMle } from './lid-mle.js';

/** Cosines so near to 1 are those of equal vectors: the rounding of long sums in float32. */
const EQUAL_COSINE = 1 - 2 ** -20;

/** Options of {@link localDimensionalities}. */
export interface LocalDimensionalityOptions extends CallOptions {
  /**
   * Neighbours that an estimate is made from; at least 2.
   * @default 100
   */
  readonly neighbours?: number;
}

/**
 * Local intrinsic dimensionality of each vector among those of an index, by `lidMle` over its nearest neighbours.
 *
 * An exact index gives the estimate of the source; an approximate one, nearly the same for less. Cost: a search a
 * vector, a few milliseconds at a time.
 *
 * Source: arXiv 2405.17813. Under cosine, distances are those between unit vectors.
 *
 * @throws {InvalidOptionsError} the index is for inner products, which have no distances; `neighbours` is below 2
 * @throws the signal's `reason`, once it has fired
 * @example const order = insertionOrder(await localDimensionalities(index, vectors), 'descending');
 */
export async function localDimensionalities(
  index: VectorIndex,
  vectors: Matrix,
  { neighbours = 100, signal, onProgress }: LocalDimensionalityOptions = {},
): Promise<Float32Array> {
  signal?.throwIfAborted();
  if (!Number.isInteger(neighbours) || neighbours < 2) throw refused('neighbours', `${neighbours} is less than 2`);
  if (index.similarity === 'dot') throw refused('index', 'inner products have no distances');
  const steps = estimates(index, vectors, neighbours, (done) => {
    onProgress?.({ phase: 'comparing', done, total: vectors.rows, unit: 'vectors' });
  });
  return runInTurns(steps, signal);
}

function* estimates(
  index: VectorIndex,
  { data, rows, columns }: Matrix,
  neighbours: number,
  report: (done: number) => void,
): Generator<undefined, Float32Array> {
  const values = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const query = { data: data.subarray(row * columns, (row + 1) * columns), rows: 1, columns };
    const { scores } = index.search(query, { topK: neighbours + 1 });
    values[row] = lidMle(index.similarity === 'cosine' ? chords(scores) : roots(scores), neighbours);
    report(row + 1);
    yield;
  }
  return values;
}

/** Distances of unit vectors, from their cosines. */
function chords(cosines: Float32Array): Float32Array {
  return cosines.map((cosine) => (cosine >= EQUAL_COSINE ? 0 : Math.sqrt(2 - 2 * cosine)));
}

/** Distances from negated squared ones. */
function roots(scores: Float32Array): Float32Array {
  return scores.map((score) => Math.sqrt(-score));
}

function refused(path: string, message: string): InvalidOptionsError {
  return new InvalidOptionsError({ owner: 'localDimensionalities', issues: [{ path, message }] });
}
