const NONE = -1;
const FIRST_ROWS = 64;

/**
 * Which rows are in which bucket, for `tables` tables of `2 ** bits` buckets.
 *
 * Doubly linked lists in typed arrays, so that a row leaves in one step however full its bucket is. `heads[table <<
 * bits | bucket]` is the first row or -1; entry `row * tables + table` of `next` and `previous` is a row or -1, of
 * `codes` the bucket that the row is in.
 */
export class BucketChains {
  readonly tables: number;
  readonly bits: number;
  readonly #heads: Int32Array;
  #next = new Int32Array(0);
  #previous = new Int32Array(0);
  #codes = new Uint16Array(0);

  constructor(tables: number, bits: number) {
    this.tables = tables;
    this.bits = bits;
    this.#heads = new Int32Array(tables << bits).fill(NONE);
  }

  get bytes(): number {
    return this.#heads.byteLength + this.#next.byteLength + this.#previous.byteLength + this.#codes.byteLength;
  }

  /** The buckets of rows 0 to `rows - 1`, those of a row one after the other: a view. */
  codes(rows: number): Uint16Array {
    return this.#codes.subarray(0, rows * this.tables);
  }

  /** Makes room for `rows` rows in all. */
  reserve(rows: number): void {
    const length = rows * this.tables;
    if (length <= this.#codes.length) return;
    const room = Math.max(length, FIRST_ROWS * this.tables, Math.ceil(this.#codes.length * 1.5));
    this.#next = longer(this.#next, new Int32Array(room));
    this.#previous = longer(this.#previous, new Int32Array(room));
    this.#codes = longer(this.#codes, new Uint16Array(room));
  }

  /** Puts a row into a bucket of each table. It must be in none. */
  link(row: number, codes: Uint16Array): void {
    for (let table = 0; table < this.tables; table++) {
      const at = row * this.tables + table;
      const code = codes[table] ?? 0;
      const head = (table << this.bits) | code;
      const follower = this.#heads[head] ?? NONE;
      this.#codes[at] = code;
      this.#next[at] = follower;
      this.#previous[at] = NONE;
      if (follower !== NONE) this.#previous[follower * this.tables + table] = row;
      this.#heads[head] = row;
    }
  }

  /** Takes a row out of its buckets. */
  unlink(row: number): void {
    for (let table = 0; table < this.tables; table++) {
      const at = row * this.tables + table;
      const [before, after] = [this.#previous[at] ?? NONE, this.#next[at] ?? NONE];
      if (after !== NONE) this.#previous[after * this.tables + table] = before;
      if (before !== NONE) this.#next[before * this.tables + table] = after;
      else this.#heads[(table << this.bits) | (this.#codes[at] ?? 0)] = after;
    }
  }

  /** The first row of a bucket, or -1. */
  first(table: number, bucket: number): number {
    return this.#heads[(table << this.bits) | bucket] ?? NONE;
  }

  /** The row after this one in its bucket, or -1. */
  after(table: number, row: number): number {
    return this.#next[row * this.tables + table] ?? NONE;
  }
}

function longer<Values extends Int32Array | Uint16Array>(values: Values, room: Values): Values {
  room.set(values);
  return room;
}
