import { FLOAT32_COLUMNS, type KernelMemory, type Points, type Region, scoreFloat32 } from '@sluice/kernels';

const BLOCK_ROWS = 64;

/**
 * An orthogonal matrix in kernel memory, by which vectors are turned before they are quantized.
 *
 * The region holds the matrix (row-major, padded with zeros to whole kernel steps), a block of vectors, and their images.
 */
export class Rotation {
  readonly width: number;
  /** Row-major, `width` x `width`. */
  readonly matrix: Float32Array;
  readonly #memory: KernelMemory;
  readonly #columns: number;
  readonly #region: Region;

  /** @throws {MemoryLimitError} it does not fit */
  constructor(memory: KernelMemory, matrix: Float32Array, width: number) {
    this.width = width;
    this.matrix = matrix;
    this.#memory = memory;
    this.#columns = Math.ceil(width / FLOAT32_COLUMNS) * FLOAT32_COLUMNS;
    this.#region = memory.allocate((width * this.#columns + BLOCK_ROWS * (this.#columns + width)) * 4);
    const rows = this.#rows().fill(0);
    for (let row = 0; row < width; row++) {
      rows.set(matrix.subarray(row * width, (row + 1) * width), row * this.#columns);
    }
  }

  get bytes(): number {
    return this.#region.bytes + this.matrix.byteLength;
  }

  /** Images of points of `width` columns. */
  turn({ data, count, stride, from }: Points): Points {
    const { width } = this;
    const turned = new Float32Array(count * width);
    const columns = this.#columns;
    for (let start = 0; start < count; start += BLOCK_ROWS) {
      const rows = Math.min(BLOCK_ROWS, count - start);
      const queries = this.#region.float32(width * columns * 4, rows * columns).fill(0);
      const scores = this.#region.float32((width + BLOCK_ROWS) * columns * 4, rows * width);
      for (let row = 0; row < rows; row++) {
        const first = (start + row) * stride + from;
        queries.set(data.subarray(first, first + width), row * columns);
      }
      scoreFloat32(this.#memory, { metric: 'dot', queries, rows: this.#rows(), scores, columns });
      turned.set(scores, start * width);
    }
    return { data: turned, count, stride: width, from: 0, width };
  }

  /** Gives the kernel memory back. Nothing may be called afterwards. */
  close(): void {
    this.#memory.free(this.#region);
  }

  #rows(): Float32Array {
    return this.#region.float32(0, this.width * this.#columns);
  }
}
