import { InvalidInputError, Pace } from '@sluice/core';

/** Bytes that are made ready at once where a message is longer. */
const READY = 1 << 16;
/** A varint of 64 bits. */
const MAX_VARINT_BYTES = 10;
const MAX_LENGTH = 0x7fffffff;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads protobuf messages from bytes that come in pieces: `ready` waits for bytes, all else reads what is ready. Holds
 * what was asked to be ready and one piece of the source, whatever lengths the file claims.
 */
export class MessageBytes {
  readonly #name: string;
  readonly #pieces: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  readonly #pace: Pace;
  #bytes = new Uint8Array(READY);
  #from = 0;
  #to = 0;
  /** Bytes of the file before `#bytes[0]`. */
  #base = 0;
  #isAtEnd = false;

  constructor(
    source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    name: string,
    signal?: AbortSignal | undefined,
  ) {
    this.#name = name;
    this.#pieces = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
    this.#pace = new Pace(signal);
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#base + this.#from;
  }

  /** Frees the source. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  /** Whether so many bytes are ready. */
  has(count: number): boolean {
    return this.#to - this.#from >= count;
  }

  /** Waits until `count` bytes can be read; false at the end of the file, where there are fewer. */
  async ready(count: number): Promise<boolean> {
    if (this.#pace.due) await this.#pace.rest();
    while (this.#to - this.#from < count && !this.#isAtEnd) {
      const { done, value } = await this.#pieces.next();
      if (done) this.#isAtEnd = true;
      else this.#append(value);
    }
    return this.#to - this.#from >= count;
  }

  /** Waits for a message and reads its length; undefined at the end of the file. */
  async nextLength(): Promise<number | undefined> {
    if (!(await this.ready(1))) return undefined;
    await this.ready(MAX_VARINT_BYTES);
    return this.length();
  }

  /** Waits for all of `count` bytes. @throws {InvalidInputError} the file ends before */
  async expect(count: number, what: string): Promise<void> {
    if (!(await this.ready(count))) throw this.refusal(`it ends within ${what}`);
  }

  /** Waits for what of `count` bytes fits: all, or 64 KiB. */
  async expectSome(count: number, what: string): Promise<void> {
    await this.expect(Math.min(count, READY), what);
  }

  /** Passes over bytes as they come. @throws {InvalidInputError} the file ends before */
  async pass(count: number, what: string): Promise<void> {
    for (let left = count; left > 0; left -= Math.min(left, READY)) {
      await this.expectSome(left, what);
      this.#pass(Math.min(left, READY));
    }
  }

  /** An integer of 64 bits; rounded where it is beyond 2^53. */
  varint(): number {
    const start = this.#from;
    let value = 0;
    let factor = 1;
    for (let read = 0; read < MAX_VARINT_BYTES; read++) {
      if (this.#from >= this.#to) throw this.refusal('it ends within a number');
      const byte = this.#bytes[this.#from++] ?? 0;
      value += (byte & 0x7f) * factor;
      // Only a negative number has a tenth byte.
      if (byte < 0x80) return read === MAX_VARINT_BYTES - 1 ? signed(this.#bytes.subarray(start, this.#from)) : value;
      factor *= 128;
    }
    throw this.refusal('a number has more than 10 bytes');
  }

  /** @throws {InvalidInputError} it is negative or above 2^31 - 1 */
  natural(what: string): number {
    const value = this.varint();
    if (value >= 0 && value <= MAX_LENGTH) return value;
    throw this.refusal(`${what} is ${value}, not from 0 to ${MAX_LENGTH}`);
  }

  /** @throws {InvalidInputError} it is negative or above 2^53 - 1 */
  large(what: string): number {
    const value = this.varint();
    if (value >= 0 && Number.isSafeInteger(value)) return value;
    throw this.refusal(`${what} is ${value}, no count`);
  }

  length(): number {
    return this.natural('a length');
  }

  double(): number {
    if (this.#to - this.#from < 8) throw this.refusal('it ends within a number');
    const value = new DataView(this.#bytes.buffer, this.#from, 8).getFloat64(0, true);
    this.#from += 8;
    return value;
  }

  /** @throws {InvalidInputError} it is not UTF-8 */
  text(length: number, what: string): string {
    const bytes = this.#bytes.subarray(this.#from, this.#from + length);
    if (this.#from + length > this.#to) throw this.refusal(`it ends within ${what}`);
    this.#from += length;
    try {
      return utf8.decode(bytes);
    } catch (cause) {
      throw this.refusal(`${what} is not UTF-8`, cause);
    }
  }

  /** Passes over a field that is not known and is ready. @param wire its wire type */
  skip(wire: number): void {
    if (wire === 0) this.varint();
    else if (wire === 1) this.#pass(8);
    else if (wire === 2) this.#pass(this.length());
    else if (wire === 5) this.#pass(4);
    else throw this.refusal(`a field is of wire type ${wire}, which is not in use`);
  }

  refusal(problem: string, cause?: unknown): InvalidInputError {
    const advice = 'Export the index again, or fetch the file again.';
    return new InvalidInputError({ source: this.#name }, `at byte ${this.position}, ${problem}`, advice, { cause });
  }

  #pass(count: number): void {
    if (this.#from + count > this.#to) throw this.refusal('a field is longer than its message');
    this.#from += count;
  }

  #append(piece: Uint8Array): void {
    const kept = this.#to - this.#from;
    if (this.#to + piece.length > this.#bytes.length) {
      const needed = kept + piece.length;
      const target = needed > this.#bytes.length ? new Uint8Array(2 * needed) : this.#bytes;
      target.set(this.#bytes.subarray(this.#from, this.#to));
      this.#base += this.#from;
      this.#bytes = target;
      this.#from = 0;
      this.#to = kept;
    }
    this.#bytes.set(piece, this.#to);
    this.#to += piece.length;
  }
}

/** Two's complement, in full precision. */
function signed(varint: Uint8Array): number {
  const value = varint.reduceRight((sum, byte) => sum * 128n + BigInt(byte & 0x7f), 0n);
  return Number(BigInt.asIntN(64, value));
}
