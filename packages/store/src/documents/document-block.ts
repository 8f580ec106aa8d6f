import type { Document, TitledText } from '@sluice/core';

// Documents packed together, before compression:
//
//   lengths   3 numbers of 4 bytes a document, little-endian: bytes of the title + 1 (0 for none), of the text, and of
//             the metadata (0 for none)
//   bytes     title, text, metadata as JSON, in UTF-8, document after document
//
// How many documents there are is known from outside; ids are kept apart.

const FIELDS = 3;
const FIELD_BYTES = 4 * FIELDS;

/** A document in bytes, on its way into a block. */
export interface PackedDocument {
  readonly title: Uint8Array | undefined;
  readonly text: Uint8Array;
  readonly metadata: Uint8Array;
}

const ENCODER = new TextEncoder();
const NOTHING = new Uint8Array(0);

export function packDocument({ title, text, metadata }: Document): PackedDocument {
  return {
    title: title === undefined ? undefined : ENCODER.encode(title),
    text: ENCODER.encode(text),
    metadata: metadata === undefined ? NOTHING : ENCODER.encode(JSON.stringify(metadata)),
  };
}

/** Bytes that the document adds to its block. */
export function packedBytes({ title, text, metadata }: PackedDocument): number {
  return FIELD_BYTES + (title?.length ?? 0) + text.length + metadata.length;
}

export function packBlock(documents: readonly PackedDocument[]): Uint8Array {
  const bytes = new Uint8Array(documents.reduce((sum, document) => sum + packedBytes(document), 0));
  const lengths = new Uint32Array(bytes.buffer, 0, FIELDS * documents.length);
  let at = lengths.byteLength;
  for (const [index, { title, text, metadata }] of documents.entries()) {
    lengths.set([title ? title.length + 1 : 0, text.length, metadata.length], FIELDS * index);
    for (const part of [title ?? NOTHING, text, metadata]) {
      bytes.set(part, at);
      at += part.length;
    }
  }
  return bytes;
}

/** Unpacked documents; texts are decoded when they are asked for. */
export class DocumentBlock {
  readonly #buffer: Buffer;
  readonly #lengths: Uint32Array;
  /** Where each document begins, and the end of the last. */
  readonly #starts: Uint32Array;

  /** The block, or `undefined` where the bytes are not those of so many documents. */
  static from(bytes: Uint8Array, count: number): DocumentBlock | undefined {
    const head = FIELD_BYTES * count;
    if (bytes.length < head) return undefined;
    const lengths = new Uint32Array(new Uint8Array(bytes.subarray(0, head)).buffer);
    const starts = new Uint32Array(count + 1);
    let at = head;
    for (let index = 0; index < count; index++) {
      starts[index] = at;
      const title = lengths[FIELDS * index] ?? 0;
      at += Math.max(0, title - 1) + (lengths[FIELDS * index + 1] ?? 0) + (lengths[FIELDS * index + 2] ?? 0);
    }
    starts[count] = at;
    return at === bytes.length ? new DocumentBlock(bytes, lengths, starts) : undefined;
  }

  private constructor(bytes: Uint8Array, lengths: Uint32Array, starts: Uint32Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#lengths = lengths;
    this.#starts = starts;
  }

  text(index: number): TitledText {
    const titleLength = this.#lengths[FIELDS * index] ?? 0;
    const start = this.#starts[index] ?? 0;
    const textStart = start + Math.max(0, titleLength - 1);
    const text = this.#buffer.toString('utf8', textStart, textStart + (this.#lengths[FIELDS * index + 1] ?? 0));
    return titleLength === 0 ? { text } : { title: this.#buffer.toString('utf8', start, textStart), text };
  }

  /** The metadata's JSON; empty where there is none. */
  metadataJson(index: number): string {
    const end = this.#starts[index + 1] ?? 0;
    return this.#buffer.toString('utf8', end - (this.#lengths[FIELDS * index + 2] ?? 0), end);
  }
}
