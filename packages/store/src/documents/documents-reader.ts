import { promisify } from 'node:util';
import { inflateRaw, inflateRawSync } from 'node:zlib';
import type { CallOptions } from '@sluice/core';
import { type ContainerReader, CorruptFileError } from '@sluice/files';
import { BlockCache } from './block-cache.js';
import { DocumentBlock } from './document-block.js';
import { type BlockIndex, decodeBlockIndex, documentsHeader } from './documents-layout.js';

const decompress = promisify(inflateRaw);

/** Unpacked on the calling thread up to this size, which takes about 1 ms; above, on another one. */
const LARGEST_SYNCHRONOUS = 256 * 1024;

/** Where a document is: its block, and its place in it. */
export interface DocumentPlace {
  readonly block: number;
  readonly index: number;
}

/** Reads documents by ordinal; unpacked blocks are kept up to a number of bytes. */
export class DocumentsReader {
  readonly size: number;
  readonly #directory: string;
  readonly #container: ContainerReader;
  readonly #index: BlockIndex;
  readonly #cache: BlockCache<DocumentBlock>;

  /** @throws {CorruptFileError} the container's index is not one of documents */
  static async open(directory: string, container: ContainerReader, cacheBytes: number): Promise<DocumentsReader> {
    const fail = (problem: string): never => {
      throw new CorruptFileError({ directory, file: container.name, problem });
    };
    const header = documentsHeader.safeParse(container.header);
    const packed = container.blocks.find(({ name }) => name === 'documents');
    if (!header.success || !packed) return fail('its header or its documents are missing');
    const index = decodeBlockIndex(await container.read('index'), header.data, packed.length);
    if (typeof index === 'string') return fail(index);
    return new DocumentsReader(directory, container, header.data.size, index, cacheBytes);
  }

  private constructor(
    directory: string,
    container: ContainerReader,
    size: number,
    index: BlockIndex,
    cacheBytes: number,
  ) {
    this.#directory = directory;
    this.#container = container;
    this.size = size;
    this.#index = index;
    this.#cache = new BlockCache(cacheBytes);
  }

  get blocks(): number {
    return this.#index.firsts.length;
  }

  /** Ordinals of a block's documents: from the first to before the second. */
  range(block: number): readonly [from: number, to: number] {
    return [this.#index.firsts[block] ?? 0, this.#index.firsts[block + 1] ?? this.size];
  }

  /** `ordinal` must be below `size`. */
  placeOf(ordinal: number): DocumentPlace {
    const { firsts } = this.#index;
    let low = 0;
    let high = firsts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((firsts[middle] ?? 0) <= ordinal) low = middle;
      else high = middle - 1;
    }
    return { block: low, index: ordinal - (firsts[low] ?? 0) };
  }

  /** A block from the cache or the file, and into the cache. */
  cached(block: number, options: CallOptions = {}): Promise<DocumentBlock> {
    options.signal?.throwIfAborted();
    // Shared by all who wait for it, so no one's signal may end it.
    return this.#cache.get(block, this.#index.unpacked[block] ?? 0, () => this.read(block));
  }

  /** A block from the file. @throws {CorruptFileError} */
  async read(block: number, options: CallOptions = {}): Promise<DocumentBlock> {
    const start = block === 0 ? 0 : (this.#index.ends[block - 1] ?? 0);
    const length = (this.#index.ends[block] ?? 0) - start;
    const packed = await this.#container.readRange('documents', start, length, options);
    const [from, to] = this.range(block);
    const documents = DocumentBlock.from(await this.#unpack(packed, block), to - from);
    return documents ?? this.#fail(block, 'its lengths do not add up');
  }

  async #unpack(packed: Uint8Array, block: number): Promise<Uint8Array> {
    const size = this.#index.unpacked[block] ?? 0;
    const limits = { maxOutputLength: Math.max(1, size) };
    try {
      const bytes = size > LARGEST_SYNCHRONOUS ? await decompress(packed, limits) : inflateRawSync(packed, limits);
      return bytes.length === size ? bytes : this.#fail(block, `it unpacks to ${bytes.length} bytes, not ${size}`);
    } catch (error) {
      if (error instanceof CorruptFileError) throw error;
      return this.#fail(block, 'it does not unpack', error);
    }
  }

  #fail(block: number, problem: string, cause?: unknown): never {
    throw new CorruptFileError({
      directory: this.#directory,
      file: this.#container.name,
      problem: `block ${block} of its documents: ${problem}`,
      cause,
    });
  }
}
