import { InvalidInputError, type Matrix } from '@sluice/core';
import { LARGEST_CODE_SUM, MAXIMA_QUERIES, packTiles, type Region } from '@sluice/kernels';
import type { MultiVectorShape } from './multi-vector-options.js';
import type { TokenRows } from './token-rows.js';

const LARGEST_CODE = 32_767;

/** Vectors of a query in kernel memory: tiles of float32 against rows of float16, codes of 16 bits against int8. */
export class QueryTokens {
  readonly count: number;
  /** What the scores of each vector are multiplied by. */
  readonly scales: Float64Array;
  readonly #region: Region;
  readonly #length: number;

  /** @param query at least one row */
  constructor({ memory, shape, stride }: TokenRows, query: Matrix) {
    this.count = query.rows;
    if (shape.precision === 'float16') {
      const { data, rows: count, columns: width } = query;
      const tiles = packTiles({ data, count, stride: width, from: 0, width });
      this.#length = tiles.length;
      this.#region = memory.allocate(tiles.byteLength);
      this.#region.float32(0, tiles.length).set(tiles);
      this.scales = new Float64Array(count).fill(1);
      return;
    }
    this.#length = Math.ceil(query.rows / MAXIMA_QUERIES) * MAXIMA_QUERIES * stride;
    this.#region = memory.allocate(2 * this.#length);
    const codes = this.#region.int16(0, this.#length).fill(0);
    this.scales = Float64Array.from({ length: query.rows }, (_, row) => {
      const vector = query.data.subarray(row * query.columns, (row + 1) * query.columns);
      return setCodes(vector, codes.subarray(row * stride, (row + 1) * stride));
    });
  }

  /** Views; stale when the memory grows. */
  get tiles(): Float32Array {
    return this.#region.float32(0, this.#length);
  }

  get codes(): Int16Array {
    return this.#region.int16(0, this.#length);
  }

  close(): void {
    this.#region.memory.free(this.#region);
  }
}

/** @throws {InvalidInputError} a query has another width, or a number that is not finite */
export function expectQuery(
  { data, rows, columns }: Matrix,
  { dimensions }: Pick<MultiVectorShape, 'dimensions'>,
): void {
  const refused = (problem: string, row?: number) =>
    new InvalidInputError(
      { source: 'query', ...(row === undefined ? {} : { row }) },
      problem,
      'Encode queries with the model that encoded the documents.',
    );
  if (rows > 0 && columns !== dimensions) throw refused(`its vectors have ${columns} columns instead of ${dimensions}`);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad !== -1)
    throw refused(`a number of vector ${Math.floor(bad / columns)} is ${data[bad]}`, Math.floor(bad / columns));
}

/** Codes as large as products allow, so that a query is rounded far less than the documents; what one stands for. */
function setCodes(vector: Float32Array, codes: Int16Array): number {
  let [largest, sum] = [0, 0];
  for (const value of vector) {
    largest = Math.max(largest, Math.abs(value));
    sum += Math.abs(value);
  }
  // Rounding adds at most half a code a column.
  const step = Math.max(largest / LARGEST_CODE, sum / (LARGEST_CODE_SUM - vector.length));
  for (let column = 0; step > 0 && column < vector.length; column++)
    codes[column] = Math.round((vector[column] ?? 0) / step);
  return step;
}
