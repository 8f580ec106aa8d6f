import {
  decodeCompact,
  FLOAT32_COLUMNS,
  type Graph,
  type KernelMemory,
  type Region,
  scoreFloat32,
} from '@sluice/kernels';
import { RowOrdinals } from '../flat/row-ordinals.js';
import type { ListedRowsCall, ScannedRows } from '../flat/scanned-rows.js';
import type { Int8Codes } from './int8-codes.js';

/** Rows decoded at a time. */
const BLOCK_ROWS = 256;

/**
 * Vectors of an index in nine bits a number: the 8-bit codes that its graph has, and the sign of what each leaves over,
 * with the mean of that as a step of the row.
 *
 * Layout: `bits` are graph columns / 8 bytes a row, `steps` float32. Nothing of a vector is kept in float32: scores are
 * those of the decoded vectors. On text embeddings of unit length and 384 dimensions a cosine is off by .0002 (root
 * mean square; .0009 at most of 60,000), and of the ten best by it .998 are the ten best.
 */
export class CompactRows extends RowOrdinals implements ScannedRows {
  readonly memory: KernelMemory;
  readonly access = 'decoded';
  readonly dimensions: number;
  readonly columns: number;
  readonly #graph: Graph;
  readonly #bits: Region;
  readonly #steps: Region;
  readonly #list: Region;

  /** @param graph node r of which is row r */
  constructor(memory: KernelMemory, dimensions: number, graph: Graph) {
    super();
    this.memory = memory;
    this.dimensions = dimensions;
    this.columns = Math.ceil(dimensions / FLOAT32_COLUMNS) * FLOAT32_COLUMNS;
    this.#graph = graph;
    this.#bits = memory.allocate(0);
    this.#steps = memory.allocate(0);
    this.#list = memory.allocate(BLOCK_ROWS * 4);
  }

  override get bytes(): number {
    return this.#bits.bytes + this.#steps.bytes + this.#list.bytes + super.bytes;
  }

  /** Bytes of a row's bits. */
  get rowBytes(): number {
    return this.#graph.shape.columns / 8;
  }

  /** A bit a code, from the lowest of each byte: a view, stale when the memory grows. */
  bits(): Uint8Array {
    return this.#bits.uint8(0, this.size * this.rowBytes);
  }

  /** One a row: a view, stale when the memory grows. */
  steps(): Float32Array {
    return this.#steps.float32(0, this.size);
  }

  /**
   * Standard deviation of a number from what was added. A code leaves what is uniform within half a code on either side,
   * of which the step is the mean without its sign; the step leaves what is uniform within itself on either side.
   */
  deviationOf(row: number): number {
    return (this.steps()[row] ?? 0) / Math.sqrt(3);
  }

  /** A new row: a vector of `columns` numbers, and the codes that the graph gets. There is room. */
  append(ordinal: number, vector: Float32Array, { codes, scale }: Int8Codes): void {
    this.version++;
    const row = this.rowFor(ordinal);
    const bits = this.#bits.uint8(row * this.rowBytes, this.rowBytes).fill(0);
    const rounded = Math.fround(scale);
    let left = 0;
    for (let column = 0; column < this.dimensions; column++) {
      const rest = (vector[column] ?? 0) - (codes[column] ?? 0) * rounded;
      left += Math.abs(rest);
      if (rest > 0) bits[column >>> 3] = (bits[column >>> 3] ?? 0) | (1 << (column & 7));
    }
    this.steps()[row] = left / this.dimensions;
  }

  /** Takes over saved rows, into an empty one. Checked by the caller. */
  restore(ordinals: Uint32Array, bits: Uint8Array, steps: Float32Array): void {
    this.restoreOrdinals(ordinals);
    this.bits().set(bits);
    this.steps().set(steps);
  }

  block(start: number, end: number, scratch: Region): Float32Array {
    return this.copy(
      Uint32Array.from({ length: end - start }, (_, at) => start + at),
      scratch,
    );
  }

  copy(list: Uint32Array, scratch: Region): Float32Array {
    const { codes, scales } = this.#graph.parts();
    const own = { codes, scales, bits: this.bits(), steps: this.steps() };
    const widths = { stride: this.#graph.shape.columns, width: this.dimensions, columns: this.columns };
    for (let start = 0; start < list.length; start += BLOCK_ROWS) {
      const part = list.subarray(start, start + BLOCK_ROWS);
      const rows = this.#list.uint32(0, part.length);
      rows.set(part);
      const target = scratch.float32(start * this.columns * 4, part.length * this.columns);
      decodeCompact(this.memory, { ...own, ...widths, list: rows, target });
    }
    return scratch.float32(0, list.length * this.columns);
  }

  scoreListed({ metric, query, list, scores }: ListedRowsCall, scratch: Region): void {
    const rows = this.copy(list, scratch);
    scoreFloat32(this.memory, { metric, queries: query, rows, scores, columns: this.columns });
  }

  /** Gives the kernel memory back, but for the graph's. Nothing may be called afterwards. */
  close(): void {
    for (const region of [this.#bits, this.#steps, this.#list]) this.memory.free(region);
  }

  protected override resizeRows(rows: number): void {
    this.memory.resize(this.#bits, rows * this.rowBytes);
    this.memory.resize(this.#steps, rows * 4);
  }

  protected override moveRow(row: number, from: number): void {
    this.bits().copyWithin(row * this.rowBytes, from * this.rowBytes, (from + 1) * this.rowBytes);
    this.steps().copyWithin(row, from, from + 1);
  }
}
