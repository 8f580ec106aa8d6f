import { type CallOptions, InvalidInputError, type Json } from '@sluice/core';
import type { Directory, FileReader } from '../directory/directory.js';
import { CorruptFileError } from '../errors/corrupt-file-error.js';
import { UnsupportedFormatError } from '../errors/unsupported-format-error.js';
import type { FileIdentity } from './container-writer.js';
import { type BlockPlace, type Contents, decodeContents, placeBlocks } from './contents.js';
import { crc32 } from './crc32.js';
import {
  CONTAINER_VERSION,
  decodePreamble,
  decodeTrailer,
  identityOf,
  PREAMBLE_BYTES,
  pagesOf,
  TRAILER_BYTES,
  type Trailer,
} from './layout.js';

/** Read and checked between two turns of the event loop: about 1 ms of checksum. A multiple of every page size. */
const PIECE_BYTES = 4 * 1024 * 1024;
/** What one typed array holds on every supported release of Node, less the pages at both ends. */
const LARGEST_BLOCK = 2 ** 32 - 2 * 1024 * 1024;

/**
 * Opens a container. Sizes, checksums and contents are checked at once; a block is checked when it is read.
 *
 * @throws {FileNotFoundError}
 * @throws {CorruptFileError} damaged, cut short, or not a container
 * @throws {UnsupportedFormatError} written by a later release
 */
export async function openContainer(directory: Directory, name: string): Promise<ContainerReader> {
  const file = await directory.open(name);
  try {
    return await readEnds(directory.name, file);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readEnds(directory: string, file: FileReader): Promise<ContainerReader> {
  const fail = (problem: string): never => {
    throw new CorruptFileError({ directory, file: file.name, problem });
  };
  if (file.size < PREAMBLE_BYTES + TRAILER_BYTES) return fail(`it has only ${file.size} bytes`);
  const preamble = decodePreamble(await readPart(file, 0, PREAMBLE_BYTES));
  if (typeof preamble === 'string') return fail(preamble);
  if (preamble.version !== CONTAINER_VERSION) {
    const [found, supported] = [preamble.version, CONTAINER_VERSION].map((version) => `container version ${version}`);
    throw new UnsupportedFormatError({ directory, file: file.name, found: found ?? '', supported: supported ?? '' });
  }
  const trailerBytes = await readPart(file, file.size - TRAILER_BYTES, TRAILER_BYTES);
  const trailer = decodeTrailer(trailerBytes, file.size, preamble.pageBytes);
  if (typeof trailer === 'string') return fail(trailer);
  const checksumBytes = 4 * pagesOf(trailer.bodyBytes, preamble.pageBytes);
  const rest = await readPart(file, trailer.bodyBytes, checksumBytes + trailer.contentsBytes);
  const checksums = rest.slice(0, checksumBytes);
  if (crc32(checksums) !== trailer.checksumsCrc) return fail('its checksums do not match their own');
  const contents = readContents(rest.subarray(checksumBytes), trailer);
  if (typeof contents === 'string') return fail(contents);
  return new ContainerReader(directory, file, {
    ...contents,
    pageBytes: preamble.pageBytes,
    bodyBytes: trailer.bodyBytes,
    checksums: new Uint32Array(checksums.buffer),
    checksum: identityOf(trailerBytes),
  });
}

function readContents(bytes: Uint8Array, trailer: Trailer): Pick<ContainerParts, 'contents' | 'places'> | string {
  if (crc32(bytes) !== trailer.contentsCrc) return 'its contents do not match their checksum';
  const contents = decodeContents(bytes);
  if (typeof contents === 'string') return contents;
  const placed = placeBlocks(contents);
  if (typeof placed === 'string') return placed;
  if (placed.end !== trailer.bodyBytes) return `its blocks end at ${placed.end} and not at ${trailer.bodyBytes}`;
  return { contents, places: placed.places };
}

async function readPart(file: FileReader, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  await file.readInto(bytes, offset);
  return bytes;
}

interface ContainerParts {
  readonly contents: Contents;
  readonly places: ReadonlyMap<string, BlockPlace>;
  readonly pageBytes: number;
  readonly bodyBytes: number;
  readonly checksums: Uint32Array;
  readonly checksum: number;
}

/** An open container. Reads may overlap; each takes memory for what it returns and nothing is kept. */
export class ContainerReader {
  readonly #directory: string;
  readonly #file: FileReader;
  readonly #parts: ContainerParts;

  /** @internal made by `openContainer` */
  constructor(directory: string, file: FileReader, parts: ContainerParts) {
    this.#directory = directory;
    this.#file = file;
    this.#parts = parts;
  }

  get name(): string {
    return this.#file.name;
  }

  get kind(): string {
    return this.#parts.contents.kind;
  }

  get version(): number {
    return this.#parts.contents.version;
  }

  /** As it was written; its loader validates it. */
  get header(): Json {
    return this.#parts.contents.header;
  }

  /** Names and bytes of the blocks, in the order of the file. */
  get blocks(): readonly { readonly name: string; readonly length: number }[] {
    return this.#parts.contents.blocks;
  }

  get identity(): FileIdentity {
    return { bytes: this.#file.size, checksum: this.#parts.checksum };
  }

  /**
   * Reads a block whole. Its first byte is aligned to 64 in its buffer, so a typed array can look at it directly.
   *
   * @throws {CorruptFileError} there is no such block, or a byte of it was changed
   * @throws {InvalidInputError} the block is larger than one array can hold (4 GiB)
   */
  async read(block: string, options: CallOptions = {}): Promise<Uint8Array> {
    return this.readRange(block, 0, this.#place(block).length, options);
  }

  /**
   * Reads `length` bytes of a block from `offset` on. Every page that they touch is read and checked.
   *
   * @throws {CorruptFileError} the block does not reach so far, or a byte of the pages was changed
   */
  async readRange(block: string, offset: number, length: number, options: CallOptions = {}): Promise<Uint8Array> {
    const place = this.#place(block);
    if (!(offset >= 0 && length >= 0 && offset + length <= place.length)) {
      throw this.#corrupt(`its block '${block}' has ${place.length} bytes, not ${offset + length}`);
    }
    if (length > LARGEST_BLOCK) {
      throw new InvalidInputError(
        { source: this.name },
        `the block '${block}' has ${length} bytes, more than one array can hold`,
        'Read it in ranges, or build the index in smaller segments.',
      );
    }
    const start = place.offset + offset;
    const { pageBytes, bodyBytes } = this.#parts;
    const from = Math.floor(start / pageBytes) * pageBytes;
    const to = Math.min(pagesOf(start + length, pageBytes) * pageBytes, bodyBytes);
    const pages = new Uint8Array(length === 0 ? 0 : to - from);
    for (let at = 0; at < pages.length; at += PIECE_BYTES) {
      await this.#readPages(pages.subarray(at, at + PIECE_BYTES), from + at, options.signal);
    }
    return length === 0 ? pages : pages.subarray(start - from, start - from + length);
  }

  /** Reads and checks every byte of the file. `onProgress` counts bytes. @throws {CorruptFileError} */
  async verify({ signal, onProgress }: CallOptions = {}): Promise<void> {
    const { bodyBytes } = this.#parts;
    const pages = new Uint8Array(Math.min(PIECE_BYTES, bodyBytes));
    for (let at = 0; at < bodyBytes; at += PIECE_BYTES) {
      const piece = pages.subarray(0, Math.min(PIECE_BYTES, bodyBytes - at));
      await this.#readPages(piece, at, signal);
      onProgress?.({ phase: 'checking', done: at + piece.length, total: bodyBytes, unit: 'bytes' });
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** Fills `target` from `offset`, the start of a page, and compares each page with its checksum. */
  async #readPages(target: Uint8Array, offset: number, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    await this.#file.readInto(target, offset);
    const { pageBytes, checksums } = this.#parts;
    for (let at = 0; at < target.length; at += pageBytes) {
      const page = target.subarray(at, at + pageBytes);
      if (crc32(page) === checksums[(offset + at) / pageBytes]) continue;
      throw this.#corrupt(`bytes ${offset + at} to ${offset + at + page.length - 1} do not match their checksum`);
    }
  }

  #place(block: string): BlockPlace {
    const place = this.#parts.places.get(block);
    if (!place) throw this.#corrupt(`it has no block '${block}'`);
    return place;
  }

  #corrupt(problem: string): CorruptFileError {
    return new CorruptFileError({ directory: this.#directory, file: this.name, problem });
  }
}
