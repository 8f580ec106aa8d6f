/** A set of ordinals: bit `o % 32` of `words[o >>> 5]` is 1 when ordinal `o` is in it. Bits from `size` on are 0. */
export class Bitmap {
  /** Ordinals are below it. */
  readonly size: number;
  readonly words: Uint32Array;

  /** @param words exactly `ceil(size / 32)` words, not copied; empty when left out */
  constructor(size: number, words: Uint32Array = new Uint32Array((size + 31) >>> 5)) {
    this.size = size;
    this.words = words;
  }

  /** All ordinals below `size`. */
  static full(size: number): Bitmap {
    const bitmap = new Bitmap(size);
    bitmap.words.fill(0xffffffff);
    bitmap.clearTail();
    return bitmap;
  }

  static of(size: number, ordinals: Iterable<number>): Bitmap {
    const bitmap = new Bitmap(size);
    for (const ordinal of ordinals) bitmap.add(ordinal);
    return bitmap;
  }

  has(ordinal: number): boolean {
    return (((this.words[ordinal >>> 5] ?? 0) >>> (ordinal & 31)) & 1) === 1;
  }

  /** @throws {RangeError} `ordinal` is not below `size` */
  add(ordinal: number): void {
    this.words[this.wordOf(ordinal)] = (this.words[ordinal >>> 5] ?? 0) | (1 << (ordinal & 31));
  }

  /** @throws {RangeError} `ordinal` is not below `size` */
  delete(ordinal: number): void {
    this.words[this.wordOf(ordinal)] = (this.words[ordinal >>> 5] ?? 0) & ~(1 << (ordinal & 31));
  }

  /** How many ordinals are in it. */
  count(): number {
    let total = 0;
    for (const word of this.words) total += popcount(word);
    return total;
  }

  /** Calls `visit` with each ordinal, ascending. */
  forEach(visit: (ordinal: number) => void): void {
    for (let at = 0; at < this.words.length; at++) {
      for (let word = this.words[at] ?? 0; word !== 0; word &= word - 1) {
        visit(at * 32 + 31 - Math.clz32(word & -word));
      }
    }
  }

  /** The ordinals, ascending. */
  toOrdinals(): Uint32Array {
    const ordinals = new Uint32Array(this.count());
    let at = 0;
    this.forEach((ordinal) => {
      ordinals[at++] = ordinal;
    });
    return ordinals;
  }

  /** Those in both. Sizes must be equal. */
  and(other: Bitmap): Bitmap {
    return new Bitmap(
      this.size,
      this.words.map((word, at) => word & (other.words[at] ?? 0)),
    );
  }

  /** Those in either. Sizes must be equal. */
  or(other: Bitmap): Bitmap {
    return new Bitmap(
      this.size,
      this.words.map((word, at) => word | (other.words[at] ?? 0)),
    );
  }

  /** Those below `size` that are not in it. */
  not(): Bitmap {
    const bitmap = new Bitmap(
      this.size,
      this.words.map((word) => ~word),
    );
    bitmap.clearTail();
    return bitmap;
  }

  private clearTail(): void {
    const rest = this.size & 31;
    if (rest !== 0) this.words[this.words.length - 1] = (this.words[this.words.length - 1] ?? 0) & ((1 << rest) - 1);
  }

  private wordOf(ordinal: number): number {
    if (!(ordinal >= 0 && ordinal < this.size)) {
      throw new RangeError(`Ordinal ${ordinal} is outside a bitmap of ${this.size}.`);
    }
    return ordinal >>> 5;
  }
}

function popcount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
