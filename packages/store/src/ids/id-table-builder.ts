import { InvalidInputError, nextTurn, paced, sortSteps } from '@sluice/core';
import { compareIdBytes, enterId, findId, hashId, type IdColumns } from './id-columns.js';

const LARGEST_BYTES = 2 ** 32 - 1;
const FIRST_SLOTS = 64;
const STEP = 50_000;

/** Ids in the order in which they are added, each once, in memory of a few dozen bytes an id. */
export class IdTableBuilder {
  #bytes = new Uint8Array(1024);
  #offsets = new Uint32Array(64);
  #hashes = new Uint32Array(64);
  #slots = new Uint32Array(FIRST_SLOTS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(id: string): boolean {
    return findId({ bytes: this.#bytes, offsets: this.#offsets, slots: this.#slots }, id) !== -1;
  }

  /**
   * Makes room for further ids; `add` needs it.
   *
   * @param ids the ids to come
   * @throws {InvalidInputError} they would be more than 4 GiB in one segment
   */
  async reserve(ids: readonly string[]): Promise<void> {
    const size = this.#size + ids.length;
    let length = this.#offsets[this.#size] ?? 0;
    for (const id of ids) length += Buffer.byteLength(id);
    if (length > LARGEST_BYTES) {
      throw new InvalidInputError({ source: 'ids' }, 'the ids of one segment are more than 4 GiB', 'Begin a segment.');
    }
    this.#bytes = grown(this.#bytes, length, (to) => new Uint8Array(to));
    this.#offsets = grown(this.#offsets, size + 1, (to) => new Uint32Array(to));
    this.#hashes = grown(this.#hashes, size, (to) => new Uint32Array(to));
    if (2 * size > this.#slots.length) await this.#rehash(2 * size);
  }

  /** Adds an id that is not there yet, after `reserve`. */
  add(id: string): void {
    const ordinal = this.#size++;
    const from = this.#offsets[ordinal] ?? 0;
    const { written } = ENCODER.encodeInto(id, this.#bytes.subarray(from));
    this.#offsets[ordinal + 1] = from + written;
    const hash = hashId(id);
    this.#hashes[ordinal] = hash;
    enterId(this.#slots, hash, ordinal);
  }

  /** Sorts, and returns what is saved. Nothing can be added afterwards. */
  async finish(signal?: AbortSignal): Promise<IdColumns> {
    const bytes = this.#bytes.subarray(0, this.#offsets[this.#size]);
    const offsets = this.#offsets.subarray(0, this.#size + 1);
    const packed = { bytes, offsets };
    const sorting = sortSteps(this.#size, (left, right) => compareIdBytes(packed, left, packed, right));
    const order = await paced(sorting, signal);
    const ranks = new Uint32Array(this.#size);
    for (let rank = 0; rank < ranks.length; rank++) ranks[order[rank] ?? 0] = rank;
    return { bytes, offsets, ranks, slots: this.#slots };
  }

  async #rehash(atLeast: number): Promise<void> {
    const slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * atLeast)));
    for (let ordinal = 0; ordinal < this.#size; ordinal++) {
      enterId(slots, this.#hashes[ordinal] ?? 0, ordinal);
      if (ordinal % STEP === STEP - 1) await nextTurn();
    }
    this.#slots = slots;
  }
}

const ENCODER = new TextEncoder();

/** The array itself if it is long enough, otherwise a longer one that begins like it. */
function grown<Numbers extends Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(
  array: Numbers,
  length: number,
  create: (length: number) => Numbers,
): Numbers {
  if (length <= array.length) return array;
  const longer = create(Math.max(length, array.length * 2));
  longer.set(array);
  return longer;
}
