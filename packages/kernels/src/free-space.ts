/** Offsets and sizes are multiples of it: a cache line. */
export const LINE_BYTES = 64;

/** Rounds up to whole cache lines. */
export function wholeLines(bytes: number): number {
  return Math.ceil(bytes / LINE_BYTES) * LINE_BYTES;
}

/**
 * Which parts of a memory are free: first fit, neighbours merged.
 *
 * Keeps gaps by offset, ascending; no two touch, and none touches `end`. From `end` on, everything is free.
 */
export class FreeSpace {
  readonly #offsets: number[] = [];
  readonly #sizes: number[] = [];
  #end: number;

  /** @param end where free space begins; what is below stays untouched */
  constructor(end: number) {
    this.#end = end;
  }

  /** Everything in use lies below it. */
  get end(): number {
    return this.#end;
  }

  /** Where `size` bytes fit; they are taken from then on. */
  take(size: number): number {
    const at = this.#sizes.findIndex((free) => free >= size);
    const offset = this.#offsets[at];
    if (offset === undefined) {
      this.#end += size;
      return this.#end - size;
    }
    this.#shrinkFront(at, size);
    return offset;
  }

  /** Takes the `size` bytes from `offset` on, if all of them are free. */
  takeAt(offset: number, size: number): boolean {
    if (offset === this.#end) {
      this.#end += size;
      return true;
    }
    const at = this.#offsets.indexOf(offset);
    if (size > (this.#sizes[at] ?? 0)) return false;
    this.#shrinkFront(at, size);
    return true;
  }

  /** Gives back bytes that were taken. */
  give(offset: number, size: number): void {
    if (size === 0) return;
    let at = this.#offsets.findIndex((other) => other > offset);
    if (at === -1) at = this.#offsets.length;
    this.#offsets.splice(at, 0, offset);
    this.#sizes.splice(at, 0, size);
    this.#mergeWithNext(at);
    if (at > 0) this.#mergeWithNext(at - 1);
    this.#dropGapAtEnd();
  }

  #shrinkFront(at: number, size: number): void {
    const offset = this.#offsets[at] ?? 0;
    const free = this.#sizes[at] ?? 0;
    if (free === size) {
      this.#offsets.splice(at, 1);
      this.#sizes.splice(at, 1);
      return;
    }
    this.#offsets[at] = offset + size;
    this.#sizes[at] = free - size;
  }

  #mergeWithNext(at: number): void {
    const end = (this.#offsets[at] ?? 0) + (this.#sizes[at] ?? 0);
    if (this.#offsets[at + 1] !== end) return;
    this.#sizes[at] = (this.#sizes[at] ?? 0) + (this.#sizes[at + 1] ?? 0);
    this.#offsets.splice(at + 1, 1);
    this.#sizes.splice(at + 1, 1);
  }

  #dropGapAtEnd(): void {
    const last = this.#offsets.length - 1;
    const offset = this.#offsets[last];
    if (offset === undefined || offset + (this.#sizes[last] ?? 0) !== this.#end) return;
    this.#offsets.pop();
    this.#sizes.pop();
    this.#end = offset;
  }
}
