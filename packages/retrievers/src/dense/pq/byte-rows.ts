import type { KernelMemory, Region } from '@sluice/kernels';

const FIRST_ROWS = 64;
const GROWTH = 1.5;

/** Rows of so many bytes each in kernel memory, that grow at the end and are moved over removed ones. */
export class ByteRows {
  readonly width: number;
  readonly #memory: KernelMemory;
  readonly #region: Region;
  #capacity = 0;

  constructor(memory: KernelMemory, width: number) {
    this.width = width;
    this.#memory = memory;
    this.#region = memory.allocate(0);
  }

  get bytes(): number {
    return this.#region.bytes;
  }

  /**
   * Makes room for `rows` rows in all.
   *
   * @throws {MemoryLimitError} they do not fit; nothing has changed
   */
  reserve(rows: number): void {
    if (rows <= this.#capacity) return;
    const capacity = Math.max(rows, FIRST_ROWS, Math.ceil(this.#capacity * GROWTH));
    this.#memory.resize(this.#region, capacity * this.width);
    this.#capacity = capacity;
  }

  /** Rows `start` to `end - 1`: a view, stale when the memory grows. */
  view(start: number, end: number): Uint8Array {
    return this.#region.uint8(start * this.width, (end - start) * this.width);
  }

  /** Sets a row for which there is room. */
  set(row: number, bytes: Uint8Array): void {
    this.view(row, row + 1).set(bytes);
  }

  /** Copies a row over another. */
  move(from: number, to: number): void {
    if (from !== to) this.set(to, this.view(from, from + 1));
  }

  /** Gives the kernel memory back. Nothing may be called afterwards. */
  close(): void {
    this.#memory.free(this.#region);
  }
}
