import { InvalidInputError, type Json } from '@sluice/core';
import type { Directory, FileWriter } from '../directory/directory.js';
import { type Contents, encodeContents } from './contents.js';
import { crc32 } from './crc32.js';
import { aligned, encodePreamble, encodeTrailer, identityOf, LARGEST_CONTENTS, TRAILER_BYTES } from './layout.js';
import { PageChecksums } from './page-checksums.js';

/** Bytes that share one checksum in files written here; files of other page sizes are read all the same. */
const PAGE_BYTES = 64 * 1024;
const BUFFER_BYTES = 256 * 1024;
/** Checked and written between two turns of the event loop: about 1 ms of checksum. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** What tells a file from every other: both are written down by whoever refers to it. */
export interface FileIdentity {
  readonly bytes: number;
  /** CRC-32 of the trailer, which depends on every byte of the file. */
  readonly checksum: number;
}

/** What a container is a container of. */
export interface ContainerKind {
  /** Which loader reads it; 1 to 64 characters. */
  readonly kind: string;
  /** Version of the loader's layout, from 1. */
  readonly version: number;
}

/**
 * Writes a container from start to end, in bounded memory. Calls are made one after another.
 *
 * @throws {FileExistsError} the name is taken
 */
export async function createContainer(
  directory: Directory,
  name: string,
  kind: ContainerKind,
): Promise<ContainerWriter> {
  const writer = new ContainerWriter(await directory.create(name), kind);
  await writer.start();
  return writer;
}

/** A container being written: blocks one after another, each begun with `begin`. */
export class ContainerWriter {
  readonly #file: FileWriter;
  readonly #kind: ContainerKind;
  readonly #checksums = new PageChecksums(PAGE_BYTES);
  #buffer: Uint8Array = new Uint8Array(BUFFER_BYTES);
  readonly #blocks: { name: string; length: number }[] = [];
  #buffered = 0;
  #size = 0;

  constructor(file: FileWriter, kind: ContainerKind) {
    this.#file = file;
    this.#kind = kind;
  }

  get name(): string {
    return this.#file.name;
  }

  /** @internal the first bytes, written by `createContainer` */
  start(): Promise<void> {
    return this.#append(encodePreamble(PAGE_BYTES));
  }

  /** Ends the block before and begins another; its bytes will start at a multiple of 64. */
  async begin(block: string): Promise<void> {
    if (this.#blocks.some(({ name }) => name === block) || block === '' || block.length > 255) {
      throw new InvalidInputError(
        { source: this.name },
        `${JSON.stringify(block)} cannot be the name of another block`,
        'Name each block once, in 1 to 255 characters.',
      );
    }
    await this.#pad();
    this.#blocks.push({ name: block, length: 0 });
  }

  /** Appends to the block that was begun last. `bytes` may be reused once the call has settled. */
  async write(bytes: Uint8Array): Promise<void> {
    const block = this.#blocks.at(-1);
    if (!block) {
      throw new InvalidInputError({ source: this.name }, 'bytes came before any block', 'Call begin() first.');
    }
    await this.#append(bytes);
    block.length += bytes.length;
  }

  /** Writes sizes and checksums, makes the bytes durable and closes the file. */
  async finish(header: Json): Promise<FileIdentity> {
    const contents = encodeContents(this.#contents(header));
    if (contents.length > LARGEST_CONTENTS) {
      throw new InvalidInputError(
        { source: this.name },
        `a header of ${contents.length} bytes is more than the ${LARGEST_CONTENTS} that are allowed`,
        'Put bulk data into a block.',
      );
    }
    await this.#pad();
    const bodyBytes = this.#size;
    const checksums = this.#checksums.finish();
    const fileBytes = bodyBytes + checksums.bytes.length + contents.length + TRAILER_BYTES;
    const trailer = encodeTrailer({
      fileBytes,
      bodyBytes,
      contentsBytes: contents.length,
      checksumsCrc: checksums.crc,
      contentsCrc: crc32(contents),
    });
    await this.#flush();
    for (const part of [checksums.bytes, contents, trailer]) await this.#file.write(part);
    await this.#file.sync();
    await this.close();
    return { bytes: fileBytes, checksum: identityOf(trailer) };
  }

  /** Closes the file as it is, good for removal only. */
  close(): Promise<void> {
    this.#buffer = new Uint8Array(0);
    return this.#file.close();
  }

  #contents(header: Json): Contents {
    return { kind: this.#kind.kind, version: this.#kind.version, header, blocks: this.#blocks };
  }

  #pad(): Promise<void> {
    return this.#append(new Uint8Array(aligned(this.#size) - this.#size));
  }

  async #append(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const piece = bytes.subarray(at, at + PIECE_BYTES);
      this.#checksums.add(piece);
      if (this.#buffered + piece.length > BUFFER_BYTES) await this.#flush();
      if (piece.length > BUFFER_BYTES) await this.#file.write(piece);
      else this.#keep(piece);
      this.#size += piece.length;
    }
  }

  #keep(piece: Uint8Array): void {
    this.#buffer.set(piece, this.#buffered);
    this.#buffered += piece.length;
  }

  async #flush(): Promise<void> {
    if (this.#buffered === 0) return;
    const bytes = this.#buffer.subarray(0, this.#buffered);
    this.#buffered = 0;
    await this.#file.write(bytes);
  }
}
