import { InvalidInputError, type SavedIndex, type SluiceError } from '@sluice/core';
import type { z } from 'zod';

/** Reads a saved index of one kind and version: its header by a schema, its blocks by their sizes. */
export class SavedBlocks<Header> {
  readonly header: Header;
  /** Of the index. */
  protected readonly kind: string;
  readonly #saved: SavedIndex;

  /** @throws what {@link refused} makes: it is of another kind or version, or the header is not what the schema says */
  constructor(saved: SavedIndex, kind: string, version: number, schema: z.ZodType<Header>) {
    this.#saved = saved;
    this.kind = kind;
    if (saved.kind !== kind || saved.version !== version) {
      throw this.refused(`this is '${saved.kind}' in version ${saved.version}, not '${kind}' in version ${version}`);
    }
    const { data, error } = schema.safeParse(saved.header);
    if (error) {
      const fields = error.issues.map(({ path }) => path.join('.') || 'the whole').join(', ');
      throw this.refused(`the header is not valid (${fields})`, error);
    }
    this.header = data;
  }

  /** @throws what {@link refused} makes: the block is missing, or has another size */
  bytes(name: string, bytes: number): Uint8Array {
    const block = this.whole(name);
    if (block.length !== bytes) {
      throw this.refused(`block '${name}' has ${block.length} bytes instead of ${bytes}`);
    }
    return block;
  }

  /** A block of whatever size. @throws what {@link refused} makes: it is missing */
  whole(name: string): Uint8Array {
    const { blocks } = this.#saved;
    const block = Object.hasOwn(blocks, name) ? blocks[name] : undefined;
    if (!(block instanceof Uint8Array)) throw this.refused(`block '${name}' is missing`);
    return block;
  }

  /** A copy of a block as `count` unsigned integers of 32 bits. */
  uint32(name: string, count: number): Uint32Array {
    const values = new Uint32Array(count);
    new Uint8Array(values.buffer).set(this.bytes(name, count * 4));
    return values;
  }

  /** A copy of a block as `count` float32 numbers. */
  float32(name: string, count: number): Float32Array {
    const values = new Float32Array(count);
    new Uint8Array(values.buffer).set(this.bytes(name, count * 4));
    return values;
  }

  /** As {@link uint32}, but not copied where that is possible: to be read only. */
  uint32View(name: string, count: number): Uint32Array {
    const { buffer, byteOffset } = this.bytes(name, count * 4);
    return byteOffset % 4 === 0 ? new Uint32Array(buffer, byteOffset, count) : this.uint32(name, count);
  }

  /** As {@link float32}, but not copied where that is possible: to be read only. */
  float32View(name: string, count: number): Float32Array {
    const { buffer, byteOffset } = this.bytes(name, count * 4);
    return byteOffset % 4 === 0 ? new Float32Array(buffer, byteOffset, count) : this.float32(name, count);
  }

  /** A block as `count` signed integers of 8 bits, not copied. */
  int8(name: string, count: number): Int8Array {
    const { buffer, byteOffset, length } = this.bytes(name, count);
    return new Int8Array(buffer, byteOffset, length);
  }

  /** The blocks of an index that is a part of this one, by their own names: those that begin with `prefix`. */
  within(prefix: string): SavedIndex['blocks'] {
    const own = Object.entries(this.#saved.blocks).filter(([name]) => name.startsWith(prefix));
    return Object.fromEntries(own.map(([name, block]) => [name.slice(prefix.length), block]));
  }

  /** The error for what contradicts itself. */
  refused(problem: string, cause?: unknown): SluiceError {
    const source = `saved ${this.kind} index`;
    const options = cause === undefined ? {} : { cause };
    return new InvalidInputError({ source }, problem, 'Restore the file, or build the index again.', options);
  }
}

/** The bytes of a view, not copied. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The bytes of a view; a copy where its memory is shared, which not all that writes files takes. */
export function privateBytesOf(view: ArrayBufferView): Uint8Array {
  const bytes = bytesOf(view);
  return bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice();
}
