/**
 * How the vectors of a text's tokens become one vector. Names and meaning as in sentence-transformers.
 *
 * - `cls`: the first token's
 * - `max`: the largest of each dimension
 * - `mean`: the average
 * - `mean_sqrt_len`: the sum divided by the square root of the number of tokens
 * - `weightedmean`: the average weighted by position, 1 for the first token, 2 for the second; a prompt that does not
 *   count keeps its positions
 * - `lasttoken`: the last token's
 */
export type Pooling = 'cls' | 'max' | 'mean' | 'mean_sqrt_len' | 'weightedmean' | 'lasttoken';

/** The order of poolings that have none of their own: those that a folder names by flags. */
export const poolingOrder: readonly Pooling[] = ['cls', 'max', 'mean', 'mean_sqrt_len', 'weightedmean', 'lasttoken'];

/** Vectors of the tokens of a batch: `rows` x `tokens` x `columns`, row-major, padded to `tokens`. */
export interface TokenVectors {
  readonly data: Float32Array;
  readonly rows: number;
  readonly tokens: number;
  readonly columns: number;
  /** Real tokens of each row, at least 1. */
  readonly lengths: Uint32Array;
  readonly paddingSide: 'left' | 'right';
  /**
   * Tokens at the beginning of each row that do not count: a prompt's.
   * @default none
   */
  readonly skipped?: Uint32Array;
}

/**
 * One vector a row: `rows` x (`poolings.length * columns`).
 *
 * Padding never counts, on whichever side it is. A row of which nothing counts is zeros. Sums are made in float64.
 */
export function pool(vectors: TokenVectors, poolings: readonly Pooling[]): Float32Array<ArrayBuffer> {
  const { rows, columns } = vectors;
  const width = columns * poolings.length;
  const pooled = new Float32Array(rows * width);
  const sum = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let part = 0; part < poolings.length; part++) {
      const pooling = poolings[part];
      const target = pooled.subarray(row * width + part * columns, row * width + (part + 1) * columns);
      if (pooling) poolRow[pooling](countedTokens(vectors, row), columns, target, sum, vectors.skipped?.[row] ?? 0);
    }
  }
  return pooled;
}

/** Row-major vectors of the tokens of one row that count. */
function countedTokens(vectors: TokenVectors, row: number): Float32Array {
  const { data, tokens, columns, lengths, paddingSide, skipped } = vectors;
  const length = lengths[row] ?? 0;
  const start = row * tokens + (paddingSide === 'left' ? tokens - length : 0);
  const first = start + Math.min(length, skipped?.[row] ?? 0);
  return data.subarray(first * columns, (start + length) * columns);
}

/** @param skipped tokens of the row before the first of `tokens` */
type PoolRow = (
  tokens: Float32Array,
  columns: number,
  target: Float32Array,
  sum: Float64Array,
  skipped: number,
) => void;

const poolRow: Record<Pooling, PoolRow> = {
  cls: (tokens, columns, target) => target.set(tokens.subarray(0, columns)),
  lasttoken: (tokens, columns, target) => target.set(tokens.subarray(tokens.length - columns)),
  max: largest,
  mean: (tokens, columns, target, sum) => divide(addUp(tokens, columns, sum), tokens.length / columns, target),
  mean_sqrt_len: (tokens, columns, target, sum) =>
    divide(addUp(tokens, columns, sum), Math.sqrt(tokens.length / columns), target),
  weightedmean: (tokens, columns, target, sum, skipped) => {
    const length = tokens.length / columns;
    const weights = length * skipped + (length * (length + 1)) / 2;
    divide(addUpByPosition(tokens, columns, sum, skipped + 1), weights, target);
  },
};

function largest(tokens: Float32Array, columns: number, target: Float32Array): void {
  target.set(tokens.subarray(0, columns));
  for (let start = columns; start < tokens.length; start += columns) {
    for (let column = 0; column < columns; column++) {
      const value = tokens[start + column] ?? 0;
      if (value > (target[column] ?? 0)) target[column] = value;
    }
  }
}

function addUp(tokens: Float32Array, columns: number, sum: Float64Array): Float64Array {
  sum.fill(0);
  for (let start = 0; start < tokens.length; start += columns) {
    for (let column = 0; column < columns; column++) sum[column] = (sum[column] ?? 0) + (tokens[start + column] ?? 0);
  }
  return sum;
}

function addUpByPosition(tokens: Float32Array, columns: number, sum: Float64Array, firstWeight: number): Float64Array {
  sum.fill(0);
  for (let start = 0, weight = firstWeight; start < tokens.length; start += columns, weight++) {
    for (let column = 0; column < columns; column++) {
      sum[column] = (sum[column] ?? 0) + weight * (tokens[start + column] ?? 0);
    }
  }
  return sum;
}

function divide(sum: Float64Array, divisor: number, target: Float32Array): void {
  if (divisor === 0) return;
  for (let column = 0; column < target.length; column++) target[column] = (sum[column] ?? 0) / divisor;
}
