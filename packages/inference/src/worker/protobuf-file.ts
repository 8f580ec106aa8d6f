import { readSync } from 'node:fs';

/** The bytes are not the message that they should be. */
export class ProtobufError extends Error {}

/** Bytes of a file, from `start` up to `end`. */
export interface ProtobufSpan {
  readonly start: number;
  readonly end: number;
}

/** One field of a message. */
export interface ProtobufField {
  readonly number: number;
  /** Of a number; 0 for other kinds, and only an estimate beyond 53 bits. */
  readonly value: number;
  /** Of a text, of bytes or of a message. */
  readonly span: ProtobufSpan | undefined;
}

const WINDOW = 2 ** 16;
const MAX_TEXT_BYTES = 2 ** 12;

/** Reads protobuf messages from a file without reading what is skipped. */
export class ProtobufFile {
  readonly #descriptor: number;
  readonly #window = new Uint8Array(WINDOW);
  #start = 0;
  #length = 0;
  #at = 0;

  /** @param descriptor an open file, which stays the caller's */
  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /**
   * The fields of a message, in order.
   *
   * @throws {ProtobufError} they do not fill the span exactly, or are of no known kind
   */
  *fields({ start, end }: ProtobufSpan): Generator<ProtobufField> {
    let at = start;
    while (at < end) {
      this.#at = at;
      const key = this.#varint();
      const number = Math.floor(key / 8);
      const kind = key % 8;
      if (number === 0) throw new ProtobufError(`there is no field at byte ${at}`);
      let value = 0;
      let span: ProtobufSpan | undefined;
      if (kind === 0) value = this.#varint();
      else if (kind === 1) this.#at += 8;
      else if (kind === 5) this.#at += 4;
      else if (kind === 2) {
        const length = this.#varint();
        span = { start: this.#at, end: this.#at + length };
        this.#at = span.end;
      } else throw new ProtobufError(`the field at byte ${at} is of no known kind`);
      at = this.#at;
      if (at > end) throw new ProtobufError(`the field that ends at byte ${at} reaches past ${end}`);
      yield { number, value, span };
    }
  }

  /** The numbers of a repeated field, whether they stand alone or packed. */
  *integers({ value, span }: ProtobufField): Generator<number> {
    if (!span) {
      yield value;
      return;
    }
    let at = span.start;
    while (at < span.end) {
      this.#at = at;
      const number = this.#varint();
      at = this.#at;
      yield number;
    }
  }

  /** A short text. */
  text({ start, end }: ProtobufSpan): string {
    if (end - start > MAX_TEXT_BYTES) throw new ProtobufError(`a name has ${end - start} bytes`);
    this.#at = start;
    return new TextDecoder().decode(Uint8Array.from({ length: end - start }, () => this.#byte()));
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new ProtobufError(`the number before byte ${this.#at} has no end`);
  }

  #byte(): number {
    const offset = this.#at - this.#start;
    if (offset < 0 || offset >= this.#length) {
      this.#start = this.#at;
      this.#length = readSync(this.#descriptor, this.#window, 0, WINDOW, this.#at);
      if (this.#length === 0) throw new ProtobufError(`it ends at byte ${this.#at}`);
    }
    const byte = this.#window[this.#at - this.#start] ?? 0;
    this.#at += 1;
    return byte;
  }
}
