const utf8 = new TextEncoder();

/** Bytes that {@link MessageWriter.integer} writes. */
export function integerBytes(value: number): number {
  return value === 0 ? 0 : 1 + varintBytes(value);
}

/** Bytes that a varint takes. */
export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

/** Collects protobuf fields as bytes. Field numbers are below 16, so that a tag is one byte. */
export class MessageWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** @param capacity bytes that it has room for at first */
  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written, and begins anew. */
  take(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return bytes;
  }

  /** A bare number: the length before a message. */
  varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#bytes[this.#length++] = (rest % 128) | 128;
    this.#bytes[this.#length++] = rest;
  }

  /** Nothing for 0, which is what a reader takes for a field that is not there. */
  integer(field: number, value: number): void {
    if (value === 0) return;
    this.varint(8 * field);
    this.varint(value);
  }

  double(field: number, value: number): void {
    this.varint(8 * field + 1);
    this.#reserve(8);
    new DataView(this.#bytes.buffer).setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  text(field: number, value: string): void {
    const bytes = utf8.encode(value);
    this.message(field, bytes.length);
    this.bytes(bytes);
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** The tag and length of a message whose fields follow. */
  message(field: number, length: number): void {
    this.varint(8 * field + 2);
    this.varint(length);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const longer = new Uint8Array(2 * (this.#length + count));
    longer.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = longer;
  }
}
