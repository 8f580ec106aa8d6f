/** Slots that are looked at for a word. Half of them are free, so an honest word is within a few. */
const MAX_PROBES = 64;

/**
 * A map from words as they stand in texts to numbers, looked up without making a string of the word.
 *
 * Bounded in memory and in time: when it is full it forgets everything and starts again, and a word whose hash collides
 * with too many others is not kept.
 */
export class SurfaceTable {
  readonly #maxWords: number;
  readonly #maxUnits: number;
  // Open addressing with linear probing: 0 is a free slot, otherwise the word's number + 1.
  #slots = new Int32Array(1024);
  // Word w is units #starts[w] to before #starts[w + 1] of #units.
  #starts = new Uint32Array(513);
  #hashes = new Int32Array(512);
  #values = new Int32Array(512);
  #units = new Uint16Array(4096);
  #count = 0;

  /**
   * @param maxWords words kept at most
   * @param maxUnits UTF-16 units kept at most, all words together
   */
  constructor(maxWords: number, maxUnits: number) {
    this.#maxWords = maxWords;
    this.#maxUnits = maxUnits;
  }

  /** Words it knows. */
  get size(): number {
    return this.#count;
  }

  /** The value of the word that is units `start` to before `end` of `text`; `missing` when it has none. */
  get(text: string, start: number, end: number, hash: number, missing: number): number {
    const mask = this.#slots.length - 1;
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const word = (this.#slots[(hash + probe) & mask] ?? 0) - 1;
      if (word < 0) return missing;
      if (this.#hashes[word] === hash && this.#equals(word, text, start, end)) return this.#values[word] ?? missing;
    }
    return missing;
  }

  /** Gives a word that {@link get} did not find its value, if there is room for it. */
  set(text: string, start: number, end: number, hash: number, value: number): void {
    const unitsUsed = this.#starts[this.#count] ?? 0;
    if (this.#count >= this.#maxWords || unitsUsed + (end - start) > this.#maxUnits) {
      this.#clear();
      return;
    }
    if (this.#count === this.#values.length) this.#grow();
    const word = this.#count++;
    const first = this.#starts[word] ?? 0;
    this.#reserveUnits(first + end - start);
    for (let at = start; at < end; at++) this.#units[first + at - start] = text.charCodeAt(at);
    this.#starts[word + 1] = first + end - start;
    this.#hashes[word] = hash;
    this.#values[word] = value;
    this.#occupy(word, hash);
  }

  #equals(word: number, text: string, start: number, end: number): boolean {
    const first = this.#starts[word] ?? 0;
    if ((this.#starts[word + 1] ?? 0) - first !== end - start) return false;
    for (let at = start, unit = first; at < end; at++, unit++) {
      if (this.#units[unit] !== text.charCodeAt(at)) return false;
    }
    return true;
  }

  #occupy(word: number, hash: number): void {
    const mask = this.#slots.length - 1;
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const slot = (hash + probe) & mask;
      if (this.#slots[slot] !== 0) continue;
      this.#slots[slot] = word + 1;
      return;
    }
  }

  #reserveUnits(needed: number): void {
    if (needed <= this.#units.length) return;
    const units = new Uint16Array(2 * needed);
    units.set(this.#units);
    this.#units = units;
  }

  // At most half of the slots are taken.
  #grow(): void {
    const capacity = 2 * this.#values.length;
    const starts = new Uint32Array(capacity + 1);
    starts.set(this.#starts);
    this.#starts = starts;
    const hashes = new Int32Array(capacity);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    const values = new Int32Array(capacity);
    values.set(this.#values);
    this.#values = values;
    this.#slots = new Int32Array(2 * capacity);
    for (let word = 0; word < this.#count; word++) this.#occupy(word, hashes[word] ?? 0);
  }

  #clear(): void {
    this.#slots.fill(0);
    this.#count = 0;
  }
}
