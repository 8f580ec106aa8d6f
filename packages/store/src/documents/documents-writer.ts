import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import type { Document, Json } from '@sluice/core';
import type { ContainerWriter } from '@sluice/files';
import { type PackedDocument, packBlock, packDocument, packedBytes } from './document-block.js';
import { BLOCK_BYTES, encodeBlockIndex } from './documents-layout.js';

const compress = promisify<Uint8Array, Uint8Array>(deflateRaw);

/** Packs documents into blocks as they come. One block is compressed on another thread while the next one fills. */
export class DocumentsWriter {
  readonly #container: ContainerWriter;
  readonly #ends: number[] = [];
  readonly #unpacked: number[] = [];
  readonly #firsts: number[] = [];
  #open: PackedDocument[] = [];
  #openBytes = 0;
  #size = 0;
  #packed = 0;
  /** Settles when the last block is written; resolves with the error if it could not be. */
  #writing: Promise<unknown> = Promise.resolve();

  /** @param container in which no block has been begun */
  static async start(container: ContainerWriter): Promise<DocumentsWriter> {
    await container.begin('documents');
    return new DocumentsWriter(container);
  }

  private constructor(container: ContainerWriter) {
    this.#container = container;
  }

  /** Resolves when there is room for the next one; an error of an earlier block comes out here or in `finish`. */
  async add(document: Document): Promise<void> {
    const packed = packDocument(document);
    this.#open.push(packed);
    this.#openBytes += packedBytes(packed);
    this.#size++;
    if (this.#openBytes >= BLOCK_BYTES) await this.#seal();
  }

  /** Writes the rest and the index, and returns the header. */
  async finish(): Promise<Json> {
    if (this.#open.length > 0) await this.#seal();
    await this.settled();
    await this.#container.begin('index');
    const index = {
      ends: Float64Array.from(this.#ends),
      unpacked: Uint32Array.from(this.#unpacked),
      firsts: Uint32Array.from(this.#firsts),
    };
    await this.#container.write(encodeBlockIndex(index));
    return { size: this.#size, blocks: this.#ends.length };
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    const error = await this.#writing;
    if (error !== undefined) throw error;
  }

  async #seal(): Promise<void> {
    const bytes = packBlock(this.#open);
    this.#firsts.push(this.#size - this.#open.length);
    this.#unpacked.push(bytes.length);
    this.#open = [];
    this.#openBytes = 0;
    await this.settled();
    this.#writing = this.#write(bytes).catch((error: unknown) => error);
  }

  async #write(bytes: Uint8Array): Promise<undefined> {
    const packed = await compress(bytes);
    await this.#container.write(packed);
    this.#packed += packed.length;
    this.#ends.push(this.#packed);
  }
}
