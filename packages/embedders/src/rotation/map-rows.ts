import type { Matrix } from '@sluice/core';
import type { LinearMap } from './linear-map.js';
import { PRODUCTS_A_STEP } from './products-a-step.js';

/** What becomes of the lengths of mapped rows: `unit` divides by them (rows of zeros stay), `own` leaves them. */
export type MappedLength = 'unit' | 'own';

/**
 * The images of rows under the leading `width` outputs of a map, in steps of some {@link PRODUCTS_A_STEP} products,
 * however wide the rows.
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
  let products = 0;
  for (let row = 0; row < rows; row++) {
    vector.set(data.subarray(row * columns, (row + 1) * columns));
    const image = images.subarray(row * width, (row + 1) * width);
    for (let output = 0; output < width; output += 2) {
      mapPair(vector, weights, image, output);
      products += 2 * columns;
      if (products < PRODUCTS_A_STEP) continue;
      products = 0;
      yield;
    }
    if (length === 'unit') toUnitLength(image);
  }
  return { data: images, rows, columns: width };
}

/** Two outputs at a time, `output` and the next if there is one: each number of the vector is read once for both. */
function mapPair(vector: Float64Array, weights: Float32Array, image: Float32Array, output: number): void {
  const columns = vector.length;
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

function toUnitLength(row: Float32Array): void {
  let squares = 0;
  for (const value of row) squares += value * value;
  if (squares === 0) return;
  const scale = 1 / Math.sqrt(squares);
  for (let column = 0; column < row.length; column++) row[column] = (row[column] ?? 0) * scale;
}
