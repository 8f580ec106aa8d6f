import { decodeNodes, FLOAT32_COLUMNS, type Graph, type KernelMemory, type Region, scoreNodes } from '@sluice/kernels';
import { RowOrdinals } from '../flat/row-ordinals.js';
import type { ListedRowsCall, ScannedRows } from '../flat/scanned-rows.js';

/** Float32 numbers at the end of a sketch, the scale first. */
const SKETCH_NUMBERS = 4;
/** Rows decoded at a time. */
const BLOCK_ROWS = 256;

/**
 * Vectors of an index in nine bits a number: those of the nodes of its graph.
 *
 * Nothing of a vector is kept in float32: scores are those of the decoded vectors. On text embeddings of unit length and
 * 384 dimensions a cosine is off by .0002 (root mean square), and of the ten best by it .998 are the ten best.
 */
export class CompactRows extends RowOrdinals implements ScannedRows {
  readonly memory: KernelMemory;
  readonly access = 'decoded';
  readonly dimensions: number;
  readonly columns: number;
  readonly #graph: Graph;
  readonly #list: Region;

  /** @param graph node r of which is row r */
  constructor(memory: KernelMemory, dimensions: number, graph: Graph) {
    super();
    this.memory = memory;
    this.dimensions = dimensions;
    this.columns = Math.ceil(dimensions / FLOAT32_COLUMNS) * FLOAT32_COLUMNS;
    this.#graph = graph;
    this.#list = memory.allocate(BLOCK_ROWS * 4);
  }

  override get bytes(): number {
    return this.#list.bytes + super.bytes;
  }

  /** Standard deviation of a number from what was added: it is uniform within half a step on either side. */
  deviationOf(row: number): number {
    const { sketchBytes } = this.#graph;
    const sketch = this.#graph.sketches().slice(row * sketchBytes, (row + 1) * sketchBytes);
    const scale = new Float32Array(sketch.buffer)[sketchBytes / 4 - SKETCH_NUMBERS] ?? 0;
    return scale / Math.sqrt(12);
  }

  /** A new row. The graph gets its node. */
  append(ordinal: number, _vector: Float32Array): void {
    this.version++;
    this.rowFor(ordinal);
  }

  /** Takes over saved rows, into an empty one. Checked by the caller. */
  restore(ordinals: Uint32Array): void {
    this.restoreOrdinals(ordinals);
  }

  block(start: number, end: number, scratch: Region): Float32Array {
    return this.copy(
      Uint32Array.from({ length: end - start }, (_, at) => start + at),
      scratch,
    );
  }

  copy(list: Uint32Array, scratch: Region): Float32Array {
    const own = { codes: this.#graph.codes(), sketches: this.#graph.sketches() };
    const widths = { stride: this.#graph.shape.columns, width: this.dimensions, columns: this.columns };
    for (let start = 0; start < list.length; start += BLOCK_ROWS) {
      const part = list.subarray(start, start + BLOCK_ROWS);
      const rows = this.#list.uint32(0, part.length);
      rows.set(part);
      const target = scratch.float32(start * this.columns * 4, part.length * this.columns);
      decodeNodes(this.memory, { ...own, ...widths, list: rows, target });
    }
    return scratch.float32(0, list.length * this.columns);
  }

  scoreListed({ metric, query, list, scores }: ListedRowsCall): void {
    const own = { codes: this.#graph.codes(), sketches: this.#graph.sketches(), stride: this.#graph.shape.columns };
    scoreNodes(this.memory, { ...own, metric, query, list, scores, columns: this.columns });
  }

  /** Gives the kernel memory back, but for the graph's. Nothing may be called afterwards. */
  close(): void {
    this.memory.free(this.#list);
  }

  /** The graph has what they are made of. */
  protected override resizeRows(): void {}

  protected override moveRow(): void {}
}
