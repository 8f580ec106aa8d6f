import { type CallOptions, type MultiVectors, matrix, Pace } from '@sluice/core';
import { decodeFloat16, encodeFloat16 } from '@sluice/kernels';

/** Many vectors a text in 2 bytes or 1 byte a number, for keeping: the largest part of a late interaction index. */
export type StoredVectors = HalfVectors | ByteVectors;

interface StoredTexts {
  readonly texts: number;
  /** `texts + 1` numbers, as in `MultiVectors`. */
  readonly offsets: Uint32Array;
  readonly columns: number;
}

/** Numbers as the bits of float16: a dot product of unit vectors moves by at most .001. */
export interface HalfVectors extends StoredTexts {
  readonly precision: 'float16';
  /** Row-major. */
  readonly data: Uint16Array;
}

/** Whole numbers with a factor for each vector: number `i` of vector `v` is `scales[v] * data[v * columns + i]`. */
export interface ByteVectors extends StoredTexts {
  readonly precision: 'int8';
  /** Row-major, -127 to 127; the largest of each vector is 127 in size. */
  readonly data: Int8Array;
  readonly scales: Float32Array;
}

/** Vectors between which others may have a turn. */
const VECTORS_A_STEP = 256;

/**
 * Vectors in a smaller form. A number of an int8 vector moves by at most 1/254 of the vector's largest.
 *
 * Runs on the calling thread, a few milliseconds at a time.
 *
 * @throws the signal's `reason`, once it has fired
 */
export async function storeVectors(
  { texts, offsets, vectors }: MultiVectors,
  precision: StoredVectors['precision'],
  { signal }: Pick<CallOptions, 'signal'> = {},
): Promise<StoredVectors> {
  const { rows, columns, data } = vectors;
  const pace = new Pace(signal);
  const halves = new Uint16Array(precision === 'float16' ? data.length : 0);
  const bytes = new Int8Array(precision === 'int8' ? data.length : 0);
  const scales = new Float32Array(precision === 'int8' ? rows : 0);
  for (let row = 0; row < rows; row += VECTORS_A_STEP) {
    const end = Math.min(rows, row + VECTORS_A_STEP);
    if (precision === 'float16') {
      encodeFloat16(data.subarray(row * columns, end * columns), halves.subarray(row * columns));
    } else for (let each = row; each < end; each++) toBytes(data, bytes, scales, each, columns);
    if (pace.due) await pace.rest();
  }
  const stored = { texts, offsets, columns };
  return precision === 'float16'
    ? { ...stored, precision, data: halves }
    : { ...stored, precision, data: bytes, scales };
}

/**
 * The vectors again, as float32.
 *
 * @throws the signal's `reason`, once it has fired
 */
export async function restoreVectors(
  stored: StoredVectors,
  { signal }: Pick<CallOptions, 'signal'> = {},
): Promise<MultiVectors> {
  const { texts, offsets, columns } = stored;
  const data = new Float32Array(stored.data.length);
  const step = VECTORS_A_STEP * columns;
  const pace = new Pace(signal);
  for (let at = 0; at < data.length; at += step) {
    if (stored.precision === 'float16') decodeFloat16(stored.data.subarray(at, at + step), data.subarray(at));
    else
      for (let each = at; each < Math.min(data.length, at + step); each++) {
        data[each] = (stored.data[each] ?? 0) * (stored.scales[Math.floor(each / columns)] ?? 0);
      }
    if (pace.due) await pace.rest();
  }
  return { texts, offsets, vectors: matrix(data, columns) };
}

function toBytes(data: Float32Array, bytes: Int8Array, scales: Float32Array, row: number, columns: number): void {
  const [start, end] = [row * columns, (row + 1) * columns];
  let largest = 0;
  for (let at = start; at < end; at++) largest = Math.max(largest, Math.abs(data[at] ?? 0));
  scales[row] = largest / 127;
  const factor = largest === 0 ? 0 : 127 / largest;
  for (let at = start; at < end; at++) bytes[at] = Math.round((data[at] ?? 0) * factor);
}
