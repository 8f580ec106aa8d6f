import {
  type Embedder,
  type EncodeOptions,
  InvalidOptionsError,
  type Matrix,
  rowOf,
  type TitledText,
} from '@sluice/core';
import type { Directory } from '@sluice/files';
import { ClosedError, normalizeRows } from '@sluice/inference';
import { inputText } from '../input-text.js';
import { type InputKind, inputKey } from './input-key.js';
import { ROWS_A_FILE, RowCache } from './row-cache.js';

/** An embedder that remembers. */
export interface CachedEmbedder extends Embedder {
  /** Texts that were encoded, not remembered. */
  readonly encoded: number;
  /** Writes what is only in memory, then closes the embedder underneath. */
  close(): Promise<void>;
}

/**
 * Keeps the rows of an embedder on disk and encodes only what is new. A row is found by what it is of (query or
 * document), its title and text, and the embedder's fingerprint, so a changed model or text is never confused.
 *
 * Rows are written after every 1,024 new ones and on `close()`: work that was interrupted is not lost. Neither titles
 * nor texts are kept, only their sha256. Full rows are kept; fewer dimensions are cut from them.
 *
 * @param directory may hold the rows of several models, and serve several processes
 * @example const embedder = await cachedEmbedder(await transformerEmbedder({ model }), nodeDirectory('.cache/rows'));
 */
export async function cachedEmbedder(embedder: Embedder, directory: Directory): Promise<CachedEmbedder> {
  const cache = new RowCache(directory, embedder.fingerprint, embedder.dimensions);
  await cache.open();
  return new RememberingEmbedder(embedder, cache);
}

const unitOf: Record<InputKind, string> = { query: 'queries', document: 'documents' };

class RememberingEmbedder implements CachedEmbedder {
  readonly dimensions: number;
  readonly similarity: Embedder['similarity'];
  readonly fingerprint: string;
  encoded = 0;
  readonly #embedder: Embedder;
  readonly #cache: RowCache;
  #closed: Promise<void> | undefined;

  constructor(embedder: Embedder, cache: RowCache) {
    this.#embedder = embedder;
    this.#cache = cache;
    this.dimensions = embedder.dimensions;
    this.similarity = embedder.similarity;
    this.fingerprint = embedder.fingerprint;
  }

  encodeQueries(texts: readonly string[], options?: EncodeOptions): Promise<Matrix> {
    return this.#encode('query', texts, options);
  }

  encodeDocuments(documents: readonly (string | TitledText)[], options?: EncodeOptions): Promise<Matrix> {
    return this.#encode('document', documents, options);
  }

  close(): Promise<void> {
    this.#closed ??= this.#cache.flush().finally(() => this.#embedder.close?.());
    return this.#closed;
  }

  async #encode(
    kind: InputKind,
    inputs: readonly (string | TitledText)[],
    { dimensions = this.dimensions, ...options }: EncodeOptions = {},
  ): Promise<Matrix> {
    this.#expectDimensions(dimensions);
    options.signal?.throwIfAborted();
    if (this.#closed) throw new ClosedError({ owner: 'cachedEmbedder' });
    const rows = new Float32Array(inputs.length * this.dimensions);
    for (let start = 0; start < inputs.length; start += ROWS_A_FILE) {
      const part = inputs.slice(start, start + ROWS_A_FILE);
      const target = rows.subarray(start * this.dimensions, (start + part.length) * this.dimensions);
      await this.#fill(kind, part, target, fromThere(options, start, inputs.length));
    }
    return this.#cut(rows, inputs.length, dimensions);
  }

  /** Fills `target` with the rows of `inputs`, known ones first. */
  async #fill(
    kind: InputKind,
    inputs: readonly (string | TitledText)[],
    target: Float32Array,
    options: EncodeOptions,
  ): Promise<void> {
    const keys = inputs.map((input, row) => {
      inputText(input, unitOf[kind], row);
      return inputKey(kind, input);
    });
    const missing = await this.#cache.copyTo(target, keys);
    // Texts that occur twice are encoded once.
    const unique = [...new Map(missing.map((position) => [keys[position] ?? '', position])).values()];
    if (unique.length > 0)
      await this.#addNew(kind, unique, inputs, keys, fromThere(options, inputs.length - unique.length));
    else options.onProgress?.({ phase: 'encoding', done: inputs.length, unit: unitOf[kind] });
    if (unique.length > 0) await this.#cache.copyTo(target, keys);
  }

  /** Encodes the inputs at `positions` and remembers their rows. */
  async #addNew(
    kind: InputKind,
    positions: readonly number[],
    inputs: readonly (string | TitledText)[],
    keys: readonly string[],
    options: EncodeOptions,
  ): Promise<void> {
    const encoded = await this.#encodeNew(
      kind,
      positions.map((position) => inputs[position] ?? ''),
      options,
    );
    this.encoded += positions.length;
    for (const [at, position] of positions.entries()) await this.#cache.add(keys[position] ?? '', rowOf(encoded, at));
  }

  #encodeNew(kind: InputKind, inputs: readonly (string | TitledText)[], options: EncodeOptions): Promise<Matrix> {
    if (kind === 'document') return this.#embedder.encodeDocuments(inputs, options);
    return this.#embedder.encodeQueries(
      inputs.map((input, row) => inputText(input, 'queries', row)),
      options,
    );
  }

  #cut(full: Float32Array, rows: number, columns: number): Matrix {
    if (columns === this.dimensions) return { data: full, rows, columns };
    const data = new Float32Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      data.set(full.subarray(row * this.dimensions, row * this.dimensions + columns), row * columns);
    }
    if (this.similarity === 'cosine') normalizeRows(data, columns);
    return { data, rows, columns };
  }

  #expectDimensions(dimensions: number): void {
    if (Number.isInteger(dimensions) && dimensions >= 1 && dimensions <= this.dimensions) return;
    const message = `${dimensions} is not between 1 and ${this.dimensions}`;
    throw new InvalidOptionsError({ owner: 'cachedEmbedder', issues: [{ path: 'dimensions', message }] });
  }
}

/** Options whose progress counts on from `start`; towards `total` where it is given. */
function fromThere({ onProgress, ...options }: EncodeOptions, start: number, total?: number): EncodeOptions {
  if (!onProgress) return options;
  return {
    ...options,
    onProgress: (progress) =>
      onProgress({ ...progress, done: start + progress.done, ...(total === undefined ? {} : { total }) }),
  };
}
