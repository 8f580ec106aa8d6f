/** Bytes of a known length that are made when they are written: the weights of a model, piece by piece. */
export interface LateBytes {
  readonly length: number;
  /** Pieces in order; together exactly `length` bytes. A piece may be overwritten when the next one is asked for. */
  pieces(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * A protobuf message under construction: fields are appended, and nothing is copied until it is written.
 *
 * The length is known before any late bytes are made, because in this format a message's length stands before it.
 *
 * Source: the encoding page of the protocol buffers documentation.
 */
export class ProtobufMessage implements LateBytes {
  readonly #parts: (Uint8Array | LateBytes)[] = [];
  #length = 0;

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  /** A field of type int32, int64 or enum. `value` is an integer of at most 53 bits. */
  integer(field: number, value: number): this {
    this.#append(varint(BigInt(field * 8)));
    return this.#append(varint(BigInt.asUintN(64, BigInt(value))));
  }

  /** A field of type float. */
  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.#append(varint(BigInt(field * 8 + 5)));
    return this.#append(bytes);
  }

  /** A field of type string. */
  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  /** A field of type bytes, or a message within the message. */
  bytes(field: number, value: Uint8Array | LateBytes): this {
    this.#append(varint(BigInt(field * 8 + 2)));
    this.#append(varint(BigInt(value.length)));
    return this.#append(value);
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    for (const part of this.#parts) {
      if (part instanceof Uint8Array) yield part;
      else yield* part.pieces();
    }
  }

  #append(part: Uint8Array | LateBytes): this {
    this.#parts.push(part);
    this.#length += part.length;
    return this;
  }
}

/** Seven bits a byte, the lowest first; the top bit says that more follow. */
function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
