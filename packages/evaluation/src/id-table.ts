/**
 * Ids and the ordinals that stand for them: 0, 1, 2, ... in the order in which the ids were first added.
 *
 * Runs and qrels hold each id once, here, and ordinals everywhere else.
 */
export class IdTable {
  readonly #ids: string[] = [];
  /** Parts by {@link partOf}: one map of millions of ids would hold the event loop for 100 ms whenever it grows. */
  readonly #parts: Map<string, number>[] = [];

  /** A table of the given ids, in their order; repeated ids are kept once. */
  static of(ids: Iterable<string>): IdTable {
    const table = new IdTable();
    for (const id of ids) table.add(id);
    return table;
  }

  /** How many ids there are. */
  get size(): number {
    return this.#ids.length;
  }

  /** All ids, by ordinal. */
  get ids(): readonly string[] {
    return this.#ids;
  }

  /** The ordinal of `id`; a new one if it was not in the table. */
  add(id: string): number {
    const at = partOf(id);
    let part = this.#parts[at];
    if (!part) {
      part = new Map();
      this.#parts[at] = part;
    }
    const known = part.get(id);
    if (known !== undefined) return known;
    const ordinal = this.#ids.length;
    // A slice would keep the 64 KiB of text alive that it was cut from.
    const copy = ` ${id}`.slice(1);
    this.#ids.push(copy);
    part.set(copy, ordinal);
    return ordinal;
  }

  /** `undefined` for an id that is not in the table. */
  ordinalOf(id: string): number | undefined {
    return this.#parts[partOf(id)]?.get(id);
  }

  /** @throws {RangeError} `ordinal` is not below `size` */
  idOf(ordinal: number): string {
    const id = this.#ids[ordinal];
    if (id === undefined) throw new RangeError(`Ordinal ${ordinal} is outside a table of ${this.#ids.length} ids.`);
    return id;
  }
}

/** Ids mostly differ in their last characters. 0 to 255. */
function partOf(id: string): number {
  const end = id.length;
  return (id.charCodeAt(end - 1) * 31 + id.charCodeAt(end - 2) * 7 + id.charCodeAt(end - 3) * 3 + end) & 255;
}
