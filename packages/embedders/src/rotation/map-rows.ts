import type { Matrix } from '@sluice/core';
import type { LinearMap } from './linear-map.js';

/** What becomes of the lengths of mapped rows: `unit` divides by them (rows of zeros stay), `own` leaves them. */
export type MappedLength = 'unit' | 'own';

/**
 * The images of rows under the leading `width` outputs of a map, in steps of well under a millisecond.
 *
 * Sums are in double precision and in one order, so an image depends on its own row alone.
 */
export function* mapRows(
  { data, rows, columns }: Matrix,
  { weights }: LinearMap,
  width: number,
  length: MappedLength,
): Generator<void, Matrix> {
  const images = new Float32Array(rows * width);
  const vector = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    vector.set(data.subarray(row * columns, (row + 1) * columns));
    const image = images.subarray(row * width, (row + 1) * width);
    mapVector(vector, weights, image);
    if (length === 'unit') toUnitLength(image);
    yield;
  }
  return { data: images, rows, columns: width };
}

/** Two outputs at a time: each number of the vector is read once for both. */
function mapVector(vector: Float64Array, weights: Float32Array, image: Float32Array): void {
  const columns = vector.length;
  for (let output = 0; output < image.length; output += 2) {
    const [first, second] = [output * columns, Math.min(output + 1, image.length - 1) * columns];
    let [sum, other] = [0, 0];
    for (let column = 0; column < columns; column++) {
      const value = vector[column] ?? 0;
      sum += value * (weights[first + column] ?? 0);
      other += value * (weights[second + column] ?? 0);
    }
    image[output] = sum;
    if (output + 1 < image.length) image[output + 1] = other;
  }
}

function toUnitLength(row: Float32Array): void {
  let squares = 0;
  for (const value of row) squares += value * value;
  if (squares === 0) return;
  const scale = 1 / Math.sqrt(squares);
  for (let column = 0; column < row.length; column++) row[column] = (row[column] ?? 0) * scale;
}
