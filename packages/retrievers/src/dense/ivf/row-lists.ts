const FIRST_LENGTH = 16;

/**
 * Which rows are in which list. Rows are numbered as in `VectorRows`, where the last takes the place of a removed one.
 *
 * Each list is an array with room behind its length, in no order. `listOf[row]` and `placeOf[row]` say where a row is.
 */
export class RowLists {
  readonly count: number;
  readonly #rows: Uint32Array[];
  readonly #lengths: Uint32Array;
  #listOf = new Uint32Array(0);
  #placeOf = new Uint32Array(0);

  constructor(count: number) {
    this.count = count;
    this.#rows = Array.from({ length: count }, () => new Uint32Array(0));
    this.#lengths = new Uint32Array(count);
  }

  get bytes(): number {
    const inLists = this.#rows.reduce((sum, { byteLength }) => sum + byteLength, 0);
    return inLists + this.#lengths.byteLength + this.#listOf.byteLength + this.#placeOf.byteLength;
  }

  /** The rows of a list: a view, stale after a change. */
  rowsOf(list: number): Uint32Array {
    return (this.#rows[list] ?? new Uint32Array(0)).subarray(0, this.#lengths[list]);
  }

  /** The list of each of the first `rows` rows: a view, stale after a change. */
  lists(rows: number): Uint32Array {
    return this.#listOf.subarray(0, rows);
  }

  /** Puts a row that is in none into a list. */
  add(row: number, list: number): void {
    this.#makeRoom(row + 1);
    const place = this.#lengths[list] ?? 0;
    let rows = this.#rows[list] ?? new Uint32Array(0);
    if (place === rows.length) {
      rows = longer(rows, Math.max(FIRST_LENGTH, 2 * place));
      this.#rows[list] = rows;
    }
    rows[place] = row;
    this.#lengths[list] = place + 1;
    this.#listOf[row] = list;
    this.#placeOf[row] = place;
  }

  /** Takes a row out of its list, whose last row takes its place. */
  remove(row: number): void {
    const list = this.#listOf[row] ?? 0;
    const last = (this.#lengths[list] ?? 0) - 1;
    this.#put(this.#rows[list]?.[last] ?? 0, list, this.#placeOf[row] ?? 0);
    this.#lengths[list] = last;
  }

  /** The row `from` is now called `to`, which is in no list. */
  rename(from: number, to: number): void {
    const list = this.#listOf[from] ?? 0;
    this.#listOf[to] = list;
    this.#put(to, list, this.#placeOf[from] ?? 0);
  }

  #put(row: number, list: number, place: number): void {
    const rows = this.#rows[list];
    if (rows) rows[place] = row;
    this.#placeOf[row] = place;
  }

  #makeRoom(rows: number): void {
    if (rows <= this.#listOf.length) return;
    const length = Math.max(rows, 2 * this.#listOf.length);
    this.#listOf = longer(this.#listOf, length);
    this.#placeOf = longer(this.#placeOf, length);
  }
}

function longer(values: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(length);
  copy.set(values);
  return copy;
}
