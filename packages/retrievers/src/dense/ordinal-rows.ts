const PAGE = 1024;
const NOWHERE = 0xffffffff;

/**
 * Which row of an index each ordinal is in.
 *
 * Pages of 1,024 ordinals, made when the first of them is set: ordinals are dense where a store numbers documents,
 * and far apart where someone else chose them. An entry is a row, or `NOWHERE`.
 */
export class OrdinalRows {
  readonly #pages = new Map<number, Uint32Array>();

  /** Bytes of the pages. */
  get bytes(): number {
    return this.#pages.size * PAGE * Uint32Array.BYTES_PER_ELEMENT;
  }

  /** -1 for an ordinal that is in no row. */
  rowOf(ordinal: number): number {
    const row = this.#pages.get(Math.floor(ordinal / PAGE))?.[ordinal % PAGE] ?? NOWHERE;
    return row === NOWHERE ? -1 : row;
  }

  set(ordinal: number, row: number): void {
    const key = Math.floor(ordinal / PAGE);
    let page = this.#pages.get(key);
    if (!page) {
      page = new Uint32Array(PAGE).fill(NOWHERE);
      this.#pages.set(key, page);
    }
    page[ordinal % PAGE] = row;
  }

  delete(ordinal: number): void {
    const page = this.#pages.get(Math.floor(ordinal / PAGE));
    if (page) page[ordinal % PAGE] = NOWHERE;
  }
}
