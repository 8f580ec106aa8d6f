import { seededRandom } from '@sluice/core';

/** Rows of standard normal numbers, `width` each, padded with zeros to `columns`: the same for the same seed. */
export function normalDirections(rows: number, width: number, columns: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  const directions = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; column++) directions[row * columns + column] = normal(random);
  }
  return directions;
}

/** Source: Box and Muller; the second of each pair is not used. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
