/** Vectors of a vocabulary's tokens, which are added up to the vector of a text. */
export interface TokenTable {
  /** Tokens that have a vector: ids 0 to `tokens - 1`. */
  readonly tokens: number;
  /** Numbers in a vector. */
  readonly columns: number;

  /** Adds the leading `sum.length` numbers of each token's vector to `sum`. Every id must be below `tokens`. */
  add(ids: Int32Array, sum: Float64Array): void;
}

/**
 * A table of small integers with a factor for each row: row `t` is `scales[t] * values[t * columns ...]`.
 *
 * @param values row-major, `scales.length * columns` numbers
 */
export function int8Table(values: Int8Array, scales: Float32Array, columns: number): TokenTable {
  return {
    tokens: scales.length,
    columns,
    add(ids, sum) {
      for (const id of ids) {
        const scale = scales[id] ?? 0;
        if (scale === 0) continue;
        const base = id * columns;
        for (let column = 0; column < sum.length; column++) {
          sum[column] = (sum[column] ?? 0) + scale * (values[base + column] ?? 0);
        }
      }
    },
  };
}

/** Several tokens may share a row: token `t` is `weights[t] * values[rows[t] * columns ...]`. */
export interface SharedRows {
  /** Row-major. */
  readonly values: Float32Array;
  readonly columns: number;
  readonly rows: Int32Array;
  readonly weights: Float64Array;
}

/** A table of float32 rows that tokens point to. */
export function float32Table({ values, columns, rows, weights }: SharedRows): TokenTable {
  return {
    tokens: rows.length,
    columns,
    add(ids, sum) {
      for (const id of ids) {
        const weight = weights[id] ?? 0;
        const base = (rows[id] ?? 0) * columns;
        for (let column = 0; column < sum.length; column++) {
          sum[column] = (sum[column] ?? 0) + weight * (values[base + column] ?? 0);
        }
      }
    },
  };
}
