import type { Similarity } from '@sluice/core';
import { type Region, scoreFloat32Listed } from '@sluice/kernels';
import type { VectorRows } from '../flat/vector-rows.js';

/** Rows whose margins are computed at a time. */
const BLOCK_ROWS = 512;

/**
 * The rows as points that trees divide by Euclidean distance.
 *
 * Under cosine they are unit vectors. Under inner product every point gets one more number, its lift, such that all
 * are as long as `longest`; of a query the lift is 0, and its nearest points are those of the largest inner product
 * (Neyshabur and Srebro 2015).
 *
 * A plane is a normal of `columns` numbers, its component along the lift, and an offset; unit length, or all zeros.
 */
export class ForestPoints {
  readonly rows: VectorRows;
  readonly #similarity: Similarity;
  readonly #normal: Region;
  readonly #block: Region;
  #lifts = new Float32Array(0);
  #longest = 0;

  constructor(rows: VectorRows, similarity: Similarity) {
    this.rows = rows;
    this.#similarity = similarity;
    this.#normal = rows.memory.allocate(rows.columns * 4);
    this.#block = rows.memory.allocate(BLOCK_ROWS * 8);
  }

  /** Numbers of a plane. */
  get planeNumbers(): number {
    return this.rows.columns + 2;
  }

  get bytes(): number {
    return this.#lifts.byteLength + this.#normal.bytes + this.#block.bytes;
  }

  /** No row is longer; 0 but under inner product. */
  get longest(): number {
    return this.#longest;
  }

  /** The lift of a row. */
  lift(row: number): number {
    return this.#lifts[row] ?? 0;
  }

  /** Lifts all rows to at least this length. */
  liftTo(longest: number): void {
    this.#longest = longest;
    if (this.#similarity !== 'dot') return;
    this.#lifts = new Float32Array(this.rows.size);
    for (let row = 0; row < this.rows.size; row++) this.#liftRow(row);
  }

  /** Lifts rows that came or changed; none is longer than {@link longest}. */
  liftRows(rows: Uint32Array): void {
    if (this.#similarity !== 'dot') return;
    if (this.#lifts.length < this.rows.size) {
      const lifts = new Float32Array(Math.ceil(this.rows.size * 1.5));
      lifts.set(this.#lifts);
      this.#lifts = lifts;
    }
    for (const row of rows) this.#liftRow(row);
  }

  /** A row takes the place of another. */
  moveRow(from: number, to: number): void {
    if (this.#similarity === 'dot') this.#lifts[to] = this.lift(from);
  }

  /** On which side of a plane the rows are, and how far: positive is right. */
  margins(plane: Float32Array, list: Uint32Array): Float32Array {
    const { columns, memory } = this.rows;
    const margins = new Float32Array(list.length);
    const query = this.#normal.float32(0, columns);
    query.set(plane.subarray(0, columns));
    const [onLift = 0, offset = 0] = plane.subarray(columns);
    for (let start = 0; start < list.length; start += BLOCK_ROWS) {
      const count = Math.min(BLOCK_ROWS, list.length - start);
      const block = this.#block.uint32(0, count);
      block.set(list.subarray(start, start + count));
      const scores = this.#block.float32(BLOCK_ROWS * 4, count);
      const call = { metric: 'dot' as const, query, rows: this.rows.vectors(), list: block, scores, columns };
      scoreFloat32Listed(memory, call);
      for (let at = 0; at < count; at++) {
        margins[start + at] = (scores[at] ?? 0) + onLift * this.lift(block[at] ?? 0) + offset;
      }
    }
    return margins;
  }

  close(): void {
    this.rows.memory.free(this.#block);
    this.rows.memory.free(this.#normal);
  }

  #liftRow(row: number): void {
    const vector = this.rows.vectors(row, row + 1);
    let squared = 0;
    for (let at = 0; at < vector.length; at++) squared += (vector[at] ?? 0) ** 2;
    this.#lifts[row] = Math.sqrt(Math.max(0, this.#longest ** 2 - squared));
  }
}

/** How far a query is from a plane, and on which side: positive is right. Its lift is 0. */
export function marginOf(plane: Float32Array, query: Float32Array): number {
  const columns = query.length;
  let sum = 0;
  for (let column = 0; column < columns; column++) sum += (plane[column] ?? 0) * (query[column] ?? 0);
  return sum + (plane[columns + 1] ?? 0);
}
