import {
  bestOfEach,
  CODEWORDS,
  type Float32Metric,
  type KernelMemory,
  type Points,
  packTiles,
  type Region,
  scoreTiles,
} from '@sluice/kernels';

/** Rows encoded at a time. */
const BLOCK_ROWS = 64;
/** Bytes of a table. */
const TABLE_BYTES = CODEWORDS * 4;

/** Where the columns of each part begin, and where the last ends: widths differ by one at most. */
export function partStarts(width: number, parts: number): Uint32Array {
  return Uint32Array.from({ length: parts + 1 }, (_, part) => Math.floor((part * width) / parts));
}

/**
 * A vector as one byte for each part of its columns: the nearest of 256 codewords.
 *
 * `codebooks` holds the parts one after the other, each 256 codewords of its width, row-major. The region of the kernel
 * memory holds their tiles, a block of rows, its scores, and the nearest positions with their scores.
 *
 * Source: Jégou, Douze and Schmid, "Product quantization for nearest neighbor search", 2011.
 */
export class ProductQuantizer {
  readonly width: number;
  readonly parts: number;
  readonly codebooks: Float32Array;
  readonly #starts: Uint32Array;
  readonly #memory: KernelMemory;
  readonly #region: Region;

  /**
   * @param codebooks 256 x `width` numbers
   * @throws {MemoryLimitError} they do not fit
   */
  constructor(memory: KernelMemory, codebooks: Float32Array, parts: number) {
    this.codebooks = codebooks;
    this.parts = parts;
    this.width = codebooks.length / CODEWORDS;
    this.#starts = partStarts(this.width, parts);
    this.#memory = memory;
    this.#region = memory.allocate(this.#positionsAt + 2 * BLOCK_ROWS * 4);
    for (let part = 0; part < parts; part++) {
      const { from, width } = this.#columnsOf(part);
      const data = codebooks.subarray(from * CODEWORDS, (from + width) * CODEWORDS);
      this.#tiles(part).set(packTiles({ data, count: CODEWORDS, stride: width, from: 0, width }));
    }
  }

  get bytes(): number {
    return this.#region.bytes + this.codebooks.byteLength;
  }

  /** Codes of points of `width` columns, `parts` bytes each. */
  encode(points: Points): Uint8Array {
    const codes = new Uint8Array(points.count * this.parts);
    for (let start = 0; start < points.count; start += BLOCK_ROWS) {
      this.#encodeBlock(points, start, Math.min(BLOCK_ROWS, points.count - start), codes);
    }
    return codes;
  }

  /** The vector that a code stands for. */
  decode(code: Uint8Array): Float32Array {
    const vector = new Float32Array(this.width);
    for (let part = 0; part < this.parts; part++) {
      const { from, width } = this.#columnsOf(part);
      const start = from * CODEWORDS + (code[part] ?? 0) * width;
      vector.set(this.codebooks.subarray(start, start + width), from);
    }
    return vector;
  }

  /**
   * Scores of a query's parts with every codeword: their sum over a code is the query's score with what it stands for.
   *
   * @param tables overwritten: `parts` x 256 numbers of the kernel memory
   */
  fillTables(query: Float32Array, metric: Float32Metric, tables: Region): void {
    const rows = this.#rows(1);
    rows.set(query.subarray(0, this.width));
    for (let part = 0; part < this.parts; part++) {
      const scores = tables.float32(part * TABLE_BYTES, CODEWORDS);
      const columns = { ...this.#columnsOf(part), stride: this.width };
      scoreTiles(this.#memory, { metric, rows, ...columns, tiles: this.#tiles(part), scores });
    }
  }

  /** Gives the kernel memory back. Nothing may be called afterwards. */
  close(): void {
    this.#memory.free(this.#region);
  }

  #encodeBlock({ data, stride, from }: Points, start: number, count: number, codes: Uint8Array): void {
    const rows = this.#rows(count);
    for (let row = 0; row < count; row++) {
      const first = (start + row) * stride + from;
      rows.set(data.subarray(first, first + this.width), row * this.width);
    }
    const scores = this.#region.float32(this.#scoresAt, count * CODEWORDS);
    const positions = this.#region.uint32(this.#positionsAt, count);
    const best = this.#region.float32(this.#positionsAt + BLOCK_ROWS * 4, count);
    for (let part = 0; part < this.parts; part++) {
      const columns = { ...this.#columnsOf(part), stride: this.width };
      scoreTiles(this.#memory, { metric: 'euclidean', rows, ...columns, tiles: this.#tiles(part), scores });
      bestOfEach(this.#memory, { scores, count: CODEWORDS, positions, best });
      for (let row = 0; row < count; row++) codes[(start + row) * this.parts + part] = positions[row] ?? 0;
    }
  }

  #columnsOf(part: number): { from: number; width: number } {
    const [from = 0, end = 0] = this.#starts.subarray(part, part + 2);
    return { from, width: end - from };
  }

  #tiles(part: number): Float32Array {
    const { from, width } = this.#columnsOf(part);
    return this.#region.float32(from * TABLE_BYTES, width * CODEWORDS);
  }

  #rows(count: number): Float32Array {
    return this.#region.float32(this.width * TABLE_BYTES, count * this.width);
  }

  get #scoresAt(): number {
    return this.width * TABLE_BYTES + this.width * BLOCK_ROWS * 4;
  }

  get #positionsAt(): number {
    return this.#scoresAt + BLOCK_ROWS * TABLE_BYTES;
  }
}
