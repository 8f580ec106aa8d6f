import { type CompiledKernels, compiledModule, hasSimd, instantiate, type Sharing } from './compiled.js';
import { MemoryLimitError, ShapeError } from './errors/index.js';
import { FreeSpace, LINE_BYTES, wholeLines } from './free-space.js';
import { Region } from './region.js';
import { type WasmMemory, webAssembly } from './web-assembly.js';

const PAGE_BYTES = 65_536;
const MAX_BYTES = 2 ** 32;
const VIEW_ALIGNMENT = 16;

/** What a kernel memory is made with. */
export interface KernelMemoryOptions {
  /**
   * `shared` memory can be handed to workers; it needs cross-origin isolation in a browser.
   * @default 'private'
   */
  readonly sharing?: Sharing;
  /**
   * `simd` runs the compiled kernels, `scalar` their plain twins: same results, several times slower.
   * @default 'simd' where the platform has it
   */
  readonly engine?: 'simd' | 'scalar';
  /**
   * The most it may grow to, at most 4 GiB.
   * @default 4 GiB
   */
  readonly maxBytes?: number;
}

/** A view that a kernel may be given. */
export type KernelView = Uint8Array | Int8Array | Uint16Array | Int16Array | Int32Array | Uint32Array | Float32Array;

/**
 * Memory that kernels work on, with an allocator.
 *
 * Grows when needed, which makes every view of it stale, and never shrinks: what is freed is used again. One thread
 * owns the allocator; others may only work inside regions that they are given.
 */
export class KernelMemory {
  /** Which kernels run; decided once. */
  readonly engine: 'simd' | 'scalar';
  /** The compiled kernels; absent where the plain twins run. */
  readonly kernels: CompiledKernels | undefined;
  readonly sharing: Sharing;
  readonly maxBytes: number;
  readonly #memory: WasmMemory;
  // The first line stays unused: pointer 0 means "none" to a kernel.
  readonly #space = new FreeSpace(LINE_BYTES);
  #usedBytes = 0;

  constructor({ sharing = 'private', engine, maxBytes = MAX_BYTES }: KernelMemoryOptions = {}) {
    this.sharing = sharing;
    this.maxBytes = Math.min(maxBytes, MAX_BYTES);
    this.#memory = new webAssembly.Memory({
      initial: 1,
      maximum: MAX_BYTES / PAGE_BYTES,
      shared: sharing === 'shared',
    });
    this.engine = engine ?? (hasSimd() ? 'simd' : 'scalar');
    this.kernels = this.engine === 'simd' ? instantiate(this.#memory, sharing) : undefined;
  }

  /** All of it. Another object after it has grown. */
  get buffer(): ArrayBuffer | SharedArrayBuffer {
    return this.#memory.buffer;
  }

  /** Bytes in regions. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** What a worker makes kernels on this memory from, where it is shared: a compiled module, and the memory. */
  shareable(): { readonly module: object; readonly memory: WasmMemory } {
    return { module: compiledModule(this.sharing), memory: this.#memory };
  }

  /**
   * Reserves bytes, not cleared. Views taken before may be stale.
   *
   * @throws {MemoryLimitError} they do not fit
   */
  allocate(bytes: number): Region {
    const size = wholeLines(bytes);
    const offset = this.#space.take(size);
    this.#growTo(this.#space.end, bytes, () => this.#space.give(offset, size));
    this.#usedBytes += size;
    return new Region(this, offset, size);
  }

  /**
   * Makes a region longer or shorter; what fits stays. In place where there is room behind it, else moved.
   * Views taken before may be stale.
   *
   * @throws {MemoryLimitError} it does not fit; the region is as before
   */
  resize(region: Region, bytes: number): void {
    const size = wholeLines(bytes);
    const added = size - region.bytes;
    if (added <= 0) this.#space.give(region.offset + size, -added);
    else if (!this.#extend(region, added)) {
      this.#move(region, bytes);
      return;
    }
    region.bytes = size;
    this.#usedBytes += added;
  }

  /** Gives a region back. Its views must not be used again. */
  free(region: Region): void {
    this.#space.give(region.offset, region.bytes);
    this.#usedBytes -= region.bytes;
    region.bytes = 0;
  }

  /**
   * How many rows of `columns` elements a view has.
   *
   * @throws {ShapeError} it is not whole rows, or not a view that a kernel may be given
   */
  rowsOf(argument: string, view: KernelView, columns: number): number {
    this.expectView(argument, view);
    const rows = view.length / columns;
    if (!Number.isInteger(rows)) throw new ShapeError(argument, `${view.length} elements are not rows of ${columns}`);
    return rows;
  }

  /** @throws {ShapeError} the view has not exactly `length` elements, or is not one that a kernel may be given */
  expectLength(argument: string, view: KernelView, length: number): void {
    this.expectView(argument, view);
    if (view.length !== length) throw new ShapeError(argument, `it has ${view.length} elements instead of ${length}`);
  }

  /** @throws {ShapeError} the view is stale, of another memory, or does not start on 16 bytes */
  expectView(argument: string, view: KernelView): void {
    if (view.buffer !== this.buffer) throw new ShapeError(argument, 'it is a stale view, or one of another memory');
    if (view.byteOffset % VIEW_ALIGNMENT !== 0) throw new ShapeError(argument, 'it does not start on 16 bytes');
  }

  #extend(region: Region, added: number): boolean {
    const end = region.offset + region.bytes;
    if (!this.#space.takeAt(end, added)) return false;
    this.#growTo(this.#space.end, added, () => this.#space.give(end, added));
    return true;
  }

  #move(region: Region, bytes: number): void {
    const target = this.allocate(bytes);
    target.uint8().set(region.uint8());
    const { offset, bytes: size } = target;
    this.#space.give(region.offset, region.bytes);
    this.#usedBytes -= region.bytes;
    region.offset = offset;
    region.bytes = size;
  }

  #growTo(end: number, requestedBytes: number, undo: () => void): void {
    const missing = end - this.buffer.byteLength;
    if (missing <= 0) return;
    try {
      if (end > this.maxBytes) throw new RangeError('over the limit');
      this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
    } catch (cause) {
      undo();
      throw new MemoryLimitError({ requestedBytes, usedBytes: this.#usedBytes, limitBytes: this.maxBytes, cause });
    }
  }
}
