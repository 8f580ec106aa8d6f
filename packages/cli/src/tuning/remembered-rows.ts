import { type Matrix, matrix } from '@sluice/core';

/** Rows of numbers by offsets: rows `offsets[i]` up to `offsets[i + 1]` are those of item `i`. */
export interface ItemRows {
  readonly offsets: Uint32Array;
  readonly rows: Matrix;
}

/** Numbers that are kept at most: 1 GiB of them. What does not fit is computed again. */
const MOST = 2 ** 28;

/** The rows of items that were computed once, such as the logits of a pair of texts or the vectors of a text. */
export class RememberedRows {
  readonly #most: number;
  readonly #known = new Map<string, Matrix>();
  #held = 0;

  /** @param most numbers that are kept */
  constructor(most: number = MOST) {
    this.#most = most;
  }

  /**
   * The rows of each item, in their order.
   *
   * @param keys one an item; equal keys have equal rows
   * @param compute the rows of the items at the given places, which rise; not called where all are known
   * @param columns of an answer without rows
   */
  async of(
    keys: readonly string[],
    compute: (places: readonly number[]) => Promise<ItemRows>,
    columns: number,
  ): Promise<ItemRows> {
    const missing = new Map<string, number>();
    for (const [at, key] of keys.entries()) if (!this.#known.has(key) && !missing.has(key)) missing.set(key, at);
    const fresh = missing.size === 0 ? new Map<string, Matrix>() : await this.#computed(missing, compute);
    const found = keys.map((key) => fresh.get(key) ?? this.#known.get(key) ?? matrix(new Float32Array(0), columns));
    return joined(found, found[0]?.columns ?? columns);
  }

  async #computed(
    missing: ReadonlyMap<string, number>,
    compute: (places: readonly number[]) => Promise<ItemRows>,
  ): Promise<Map<string, Matrix>> {
    const { offsets, rows } = await compute([...missing.values()]);
    const fresh = new Map<string, Matrix>();
    for (const [item, key] of [...missing.keys()].entries()) {
      const [start = 0, end = 0] = [offsets[item], offsets[item + 1]];
      const data = rows.data.slice(start * rows.columns, end * rows.columns);
      const own = { data, rows: end - start, columns: rows.columns };
      fresh.set(key, own);
      if (this.#held + data.length > this.#most) continue;
      this.#held += data.length;
      this.#known.set(key, own);
    }
    return fresh;
  }
}

function joined(items: readonly Matrix[], columns: number): ItemRows {
  const offsets = new Uint32Array(items.length + 1);
  for (const [at, { rows }] of items.entries()) offsets[at + 1] = (offsets[at] ?? 0) + rows;
  const rows = offsets[items.length] ?? 0;
  const data = new Float32Array(rows * columns);
  for (const [at, item] of items.entries()) data.set(item.data, (offsets[at] ?? 0) * columns);
  return { offsets, rows: { data, rows, columns } };
}
