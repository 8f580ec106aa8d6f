/**
 * The buckets of several tables, from the likeliest to the least likely one to hold a query's neighbours.
 *
 * A bucket is the query's own with some bits flipped; it costs the sum of what flipping them costs. Every bucket of
 * every table comes exactly once, cheapest first over all tables.
 *
 * Source: Lv and others, Multi-Probe LSH (VLDB 2007): sets of bits, sorted by cost, grow by shifting their last bit or
 * adding the one after it, which meets every set once and none before a cheaper one.
 */
export class ProbeSequence {
  readonly #bits: number;
  /** Costs of a table's bits, ascending, table by table; and which bit each belongs to. */
  readonly #costs: Float64Array;
  readonly #order: Uint8Array;
  /** A heap of sets: cost, table, and the set as a mask over `#order`. The cheapest is first. */
  readonly #heapCosts: number[] = [];
  readonly #heapTables: number[] = [];
  readonly #heapSets: number[] = [];
  /** The table of the last bucket that {@link next} found. */
  table = 0;
  /** The bits to flip in the query's own bucket of that table, as a mask. */
  flips = 0;

  /** @param costs of flipping each bit, 0 or more: `bits` for each table */
  constructor(costs: Float32Array, bits: number) {
    this.#bits = bits;
    this.#costs = new Float64Array(costs.length);
    this.#order = new Uint8Array(costs.length);
    for (let start = 0; start < costs.length; start += bits) this.#sortBits(costs.subarray(start, start + bits), start);
    for (let table = 0; table * bits < costs.length; table++) this.#push(0, table, 0);
  }

  /** Goes to the next bucket; false when there is none. */
  next(): boolean {
    const [cost] = this.#heapCosts;
    if (cost === undefined) return false;
    const [table = 0] = this.#heapTables;
    const [set = 0] = this.#heapSets;
    this.#pop();
    this.#grow(cost, table, set);
    this.table = table;
    this.flips = 0;
    for (let rest = set; rest !== 0; rest &= rest - 1) {
      this.flips |= 1 << (this.#order[table * this.#bits + lastBit(rest & -rest)] ?? 0);
    }
    return true;
  }

  #sortBits(costs: Float32Array, start: number): void {
    const order = Uint8Array.from(costs, (_, bit) => bit).sort(
      (left, right) => (costs[left] ?? 0) - (costs[right] ?? 0) || left - right,
    );
    this.#order.set(order, start);
    for (const [at, bit] of order.entries()) this.#costs[start + at] = costs[bit] ?? 0;
  }

  #grow(cost: number, table: number, set: number): void {
    const start = table * this.#bits;
    if (set === 0) {
      this.#push(this.#costs[start] ?? 0, table, 1);
      return;
    }
    const last = lastBit(set);
    if (last + 1 === this.#bits) return;
    const added = cost + (this.#costs[start + last + 1] ?? 0);
    this.#push(added, table, set | (1 << (last + 1)));
    this.#push(added - (this.#costs[start + last] ?? 0), table, (set ^ (1 << last)) | (1 << (last + 1)));
  }

  #push(cost: number, table: number, set: number): void {
    let at = this.#heapCosts.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(cost, table, this.#heapCosts[parent] ?? 0, this.#heapTables[parent] ?? 0)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#place(at, cost, table, set);
  }

  /** Takes the first out. */
  #pop(): void {
    const cost = this.#heapCosts.pop() ?? 0;
    const table = this.#heapTables.pop() ?? 0;
    const set = this.#heapSets.pop() ?? 0;
    const size = this.#heapCosts.length;
    if (size === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#isBeforeAt(child + 1, child)) child++;
      if (!isBefore(this.#heapCosts[child] ?? 0, this.#heapTables[child] ?? 0, cost, table)) break;
      this.#move(child, at);
      at = child;
    }
    this.#place(at, cost, table, set);
  }

  #isBeforeAt(one: number, other: number): boolean {
    return isBefore(
      this.#heapCosts[one] ?? 0,
      this.#heapTables[one] ?? 0,
      this.#heapCosts[other] ?? 0,
      this.#heapTables[other] ?? 0,
    );
  }

  #move(from: number, to: number): void {
    this.#place(to, this.#heapCosts[from] ?? 0, this.#heapTables[from] ?? 0, this.#heapSets[from] ?? 0);
  }

  #place(at: number, cost: number, table: number, set: number): void {
    this.#heapCosts[at] = cost;
    this.#heapTables[at] = table;
    this.#heapSets[at] = set;
  }
}

function isBefore(cost: number, table: number, otherCost: number, otherTable: number): boolean {
  return cost < otherCost || (cost === otherCost && table < otherTable);
}

/** The position of the highest bit. */
function lastBit(mask: number): number {
  return 31 - Math.clz32(mask);
}
