import { InvalidInputError, type QuantizedMatrix } from '@sluice/core';
import type { Shortlists } from './rescore-quantized.js';

/**
 * The `count` documents of each query that differ from it in the fewest bits, in that order, earlier rows first where
 * they differ in as many. One query a step.
 *
 * For shortlists of a few thousand documents and as the plain twin of indexes; those scan with SIMD.
 *
 * @throws {InvalidInputError} the codes are not of one width and precision, in bits
 */
export function* hammingShortlists(
  queries: QuantizedMatrix,
  documents: QuantizedMatrix,
  count: number,
): Generator<void, Shortlists> {
  expectBits(queries, documents);
  const kept = Math.min(count, documents.rows);
  const rows = new Uint32Array(queries.rows * kept);
  const offsets = Uint32Array.from({ length: queries.rows + 1 }, (_, query) => query * kept);
  const distances = new Uint16Array(documents.rows);
  for (let query = 0; query < queries.rows; query++) {
    distancesTo(queries, query, documents, distances);
    nearest(distances, 8 * documents.columns, rows.subarray(query * kept, (query + 1) * kept));
    yield;
  }
  return { offsets, rows };
}

function distancesTo(
  queries: QuantizedMatrix,
  query: number,
  documents: QuantizedMatrix,
  distances: Uint16Array,
): void {
  const { columns } = documents;
  const code = queries.data.subarray(query * columns, (query + 1) * columns);
  for (let row = 0; row < documents.rows; row++) {
    let different = 0;
    for (let byte = 0; byte < columns; byte++) {
      // The sign of a byte is a bit like the others: exclusive or, and the lowest eight.
      different += bitsOf(((documents.data[row * columns + byte] ?? 0) ^ (code[byte] ?? 0)) & 255);
    }
    distances[row] = different;
  }
}

/** Set bits of a byte, in parallel. */
function bitsOf(byte: number): number {
  const pairs = byte - ((byte >> 1) & 0x55);
  const fours = (pairs & 0x33) + ((pairs >> 2) & 0x33);
  return (fours + (fours >> 4)) & 0x0f;
}

/** Fills `target` with the rows of the least distances, by counting: distances are few different numbers. */
function nearest(distances: Uint16Array, most: number, target: Uint32Array): void {
  const starts = new Uint32Array(most + 2);
  for (const distance of distances) starts[distance + 1] = (starts[distance + 1] ?? 0) + 1;
  for (let at = 1; at < starts.length; at++) starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0);
  for (const [row, distance] of distances.entries()) {
    const place = starts[distance] ?? 0;
    starts[distance] = place + 1;
    if (place < target.length) target[place] = row;
  }
}

function expectBits(queries: QuantizedMatrix, documents: QuantizedMatrix): void {
  const isBits = documents.precision === 'binary' || documents.precision === 'ubinary';
  if (isBits && queries.precision === documents.precision && queries.dimensions === documents.dimensions) return;
  throw new InvalidInputError(
    { source: 'queries' },
    `${queries.precision} codes of ${queries.dimensions} and ${documents.precision} codes of ${documents.dimensions}`,
    'Quantize both to binary, or both to ubinary, at one width.',
  );
}
