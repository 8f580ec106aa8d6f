/**
 * How numbers of vectors are stored in fewer bits, by the names of sentence-transformers.
 *
 * `int8` and `uint8`: a byte a dimension, 255 steps between the least and the greatest number of that dimension, counted
 * from -128 or 0. `binary` and `ubinary`: a bit a dimension, set where the number is positive; the first dimension is
 * the highest bit of the first byte, and spare bits at the end are 0. `binary` bytes are signed, less 128.
 */
export type Precision = 'int8' | 'uint8' | 'binary' | 'ubinary';

/** Vectors in fewer bits, one a row. Row-major: row `r` is `data[r * columns]` to `data[(r + 1) * columns - 1]`. */
export interface QuantizedMatrix {
  readonly precision: Precision;
  /** Exactly `rows * columns` bytes: signed for `int8` and `binary`. */
  readonly data: Int8Array | Uint8Array;
  readonly rows: number;
  /** Bytes of a row: `dimensions`, or an eighth of it, rounded up, where a dimension is a bit. */
  readonly columns: number;
  /** Of the vectors that were quantized. */
  readonly dimensions: number;
}
