import { BlockColumn } from './block-column.js';

/** UTF-16 units in a block of packed ids; a longer id is kept as a string. */
const BLOCK_UNITS = 1 << 16;
const LONGEST_PACKED = 1 << 10;
/** Parts of the hash table: growing one of them moves a 256th of the ids, so the event loop is not held. */
const PARTS = 256;

/**
 * Ids and the ordinals that stand for them: 0, 1, 2, ... in the order in which the ids were first added.
 *
 * Runs and qrels hold each id once, here, and ordinals everywhere else. Ids are packed, 2 bytes a character and 16 more,
 * because millions of strings would keep the garbage collector busy and the event loop waiting.
 */
export class IdTable {
  #size = 0;
  #strings: readonly string[] | undefined;
  // Ordinal to block and start within it, one number: block x 65,536 + start. Ids never cross blocks.
  readonly #starts = new BlockColumn((length) => new Float64Array(length));
  readonly #lengths = new BlockColumn((length) => new Uint32Array(length));
  readonly #hashes = new BlockColumn((length) => new Uint32Array(length));
  readonly #blocks: Uint16Array[] = [];
  #used: number = BLOCK_UNITS;
  readonly #long: Map<number, string> = new Map();
  // Open addressing: ordinal + 1 of the id in each slot, 0 where the slot is free. At most three quarters are taken.
  readonly #slots: Uint32Array[] = [];
  readonly #taken: Uint32Array = new Uint32Array(PARTS);

  /** A table of the given ids, in their order; repeated ids are kept once. */
  static of(ids: Iterable<string>): IdTable {
    const table = new IdTable();
    for (const id of ids) table.add(id);
    return table;
  }

  /** How many ids there are. */
  get size(): number {
    return this.#size;
  }

  /** All ids, by ordinal. Unpacked on first use after an id was added. */
  get ids(): readonly string[] {
    this.#strings ??= Array.from({ length: this.#size }, (_, ordinal) => this.idOf(ordinal));
    return this.#strings;
  }

  /** The ordinal of `id`; a new one if it was not in the table. */
  add(id: string): number {
    const hash = hashOf(id);
    const known = this.#find(id, hash);
    if (known >= 0) return known;
    const ordinal = this.#size++;
    this.#strings = undefined;
    this.#hashes.push(hash);
    this.#lengths.push(id.length);
    this.#starts.push(this.#pack(id, ordinal));
    this.#occupy(ordinal, hash);
    return ordinal;
  }

  /** `undefined` for an id that is not in the table. */
  ordinalOf(id: string): number | undefined {
    const ordinal = this.#find(id, hashOf(id));
    return ordinal < 0 ? undefined : ordinal;
  }

  /** @throws {RangeError} `ordinal` is not below `size` */
  idOf(ordinal: number): string {
    if (!(ordinal >= 0 && ordinal < this.#size)) {
      throw new RangeError(`Ordinal ${ordinal} is outside a table of ${this.#size} ids.`);
    }
    const long = this.#long.get(ordinal);
    if (long !== undefined) return long;
    const start = this.#starts.at(ordinal);
    const from = start % BLOCK_UNITS;
    const block = this.#blocks[Math.floor(start / BLOCK_UNITS)] ?? new Uint16Array(0);
    return Reflect.apply(String.fromCharCode, undefined, block.subarray(from, from + this.#lengths.at(ordinal)));
  }

  #pack(id: string, ordinal: number): number {
    if (id.length > LONGEST_PACKED) {
      this.#long.set(ordinal, id);
      return 0;
    }
    if (this.#used + id.length > BLOCK_UNITS) {
      this.#blocks.push(new Uint16Array(BLOCK_UNITS));
      this.#used = 0;
    }
    const at = this.#blocks.length - 1;
    const block = this.#blocks[at];
    const from = this.#used;
    if (block) for (let unit = 0; unit < id.length; unit++) block[from + unit] = id.charCodeAt(unit);
    this.#used += id.length;
    return at * BLOCK_UNITS + from;
  }

  #find(id: string, hash: number): number {
    const slots = this.#slots[hash % PARTS];
    if (!slots) return -1;
    const mask = slots.length - 1;
    for (let slot = (hash >>> 8) & mask; ; slot = (slot + 1) & mask) {
      const ordinal = (slots[slot] ?? 0) - 1;
      if (ordinal < 0) return -1;
      if (this.#hashes.at(ordinal) === hash && this.#equals(ordinal, id)) return ordinal;
    }
  }

  #equals(ordinal: number, id: string): boolean {
    if (this.#lengths.at(ordinal) !== id.length) return false;
    if (id.length > LONGEST_PACKED) return this.#long.get(ordinal) === id;
    const start = this.#starts.at(ordinal);
    const from = start % BLOCK_UNITS;
    const block = this.#blocks[Math.floor(start / BLOCK_UNITS)];
    for (let unit = 0; unit < id.length; unit++) if (block?.[from + unit] !== id.charCodeAt(unit)) return false;
    return true;
  }

  #occupy(ordinal: number, hash: number): void {
    const part = hash % PARTS;
    const taken = (this.#taken[part] ?? 0) + 1;
    this.#taken[part] = taken;
    let slots = this.#slots[part] ?? new Uint32Array(8);
    if (taken * 4 > slots.length * 3) {
      const old = slots;
      slots = new Uint32Array(old.length * 2);
      for (const entry of old) if (entry > 0) place(slots, entry, this.#hashes.at(entry - 1));
    }
    this.#slots[part] = slots;
    place(slots, ordinal + 1, hash);
  }
}

function place(slots: Uint32Array, entry: number, hash: number): void {
  const mask = slots.length - 1;
  let slot = (hash >>> 8) & mask;
  while (slots[slot] !== 0) slot = (slot + 1) & mask;
  slots[slot] = entry;
}

/** FNV-1a over UTF-16 units, its bits mixed once more: the low ones choose the part, the others the slot. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let unit = 0; unit < id.length; unit++) hash = Math.imul(hash ^ id.charCodeAt(unit), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
