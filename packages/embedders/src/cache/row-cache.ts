import { createHash, randomUUID } from 'node:crypto';
import { isSluiceError, type SavedIndex } from '@sluice/core';
import { type Directory, readContainer, writeContainer } from '@sluice/files';
import { z } from 'zod';
import { KEY_BYTES } from './input-key.js';

/** Rows written to one file. */
export const ROWS_A_FILE = 1024;

const headerSchema = z.looseObject({ fingerprint: z.string(), columns: z.int().positive() });

/** Where a row is: in a file, or still in memory. */
interface RowPlace {
  readonly rows: string | Float32Array;
  readonly row: number;
}

/**
 * Rows of one model on disk, by key. Files are written whole and never changed: up to {@link ROWS_A_FILE} keys of 16
 * bytes, then their rows, float32, little-endian.
 *
 * Several processes may share a directory. A file that is damaged counts as absent and is removed: its rows are made
 * again.
 */
export class RowCache {
  readonly #directory: Directory;
  readonly #fingerprint: string;
  readonly #columns: number;
  readonly #prefix: string;
  readonly #places = new Map<string, RowPlace>();
  #pendingKeys: string[] = [];
  #pendingRows: Float32Array;

  constructor(directory: Directory, fingerprint: string, columns: number) {
    this.#directory = directory;
    this.#fingerprint = fingerprint;
    this.#columns = columns;
    this.#prefix = `rows-${createHash('sha256').update(fingerprint).digest('hex').slice(0, 16)}-`;
    this.#pendingRows = new Float32Array(ROWS_A_FILE * columns);
  }

  /** Reads the keys of every file of the model. */
  async open(): Promise<void> {
    for (const name of await this.#directory.list()) {
      if (!name.startsWith(this.#prefix) || !name.endsWith('.cache')) continue;
      const keys = (await this.#read(name))?.blocks.keys;
      for (let row = 0; keys && (row + 1) * KEY_BYTES <= keys.length; row++) {
        const key = Buffer.from(keys.subarray(row * KEY_BYTES, (row + 1) * KEY_BYTES)).toString('hex');
        this.#places.set(key, { rows: name, row });
      }
    }
  }

  /** Whether the row of `key` is known. */
  has(key: string): boolean {
    return this.#places.has(key);
  }

  /**
   * Copies the rows of `keys` to `target`, row by row in their order.
   *
   * @returns positions in `keys` whose rows are not there, ascending
   */
  async copyTo(target: Float32Array, keys: readonly string[]): Promise<number[]> {
    const missing: number[] = [];
    const known = new Map<string | Float32Array, { position: number; row: number }[]>();
    keys.forEach((key, position) => {
      const place = this.#places.get(key);
      if (!place) missing.push(position);
      else known.set(place.rows, [...(known.get(place.rows) ?? []), { position, row: place.row }]);
    });
    for (const [source, wanted] of known) {
      const rows = typeof source === 'string' ? await this.#rowsOf(source) : source;
      for (const { position, row } of wanted) {
        if (rows) target.set(rows.subarray(row * this.#columns, (row + 1) * this.#columns), position * this.#columns);
        else missing.push(position);
      }
    }
    return missing.sort((a, b) => a - b);
  }

  /** Adds a row, and writes a file when enough have come together. */
  async add(key: string, row: Float32Array): Promise<void> {
    if (this.#places.has(key)) return;
    const at = this.#pendingKeys.push(key) - 1;
    this.#pendingRows.set(row, at * this.#columns);
    this.#places.set(key, { rows: this.#pendingRows, row: at });
    if (this.#pendingKeys.length === ROWS_A_FILE) await this.flush();
  }

  /** Writes what is in memory only. */
  async flush(): Promise<void> {
    const keys = this.#pendingKeys;
    if (keys.length === 0) return;
    const rows = this.#pendingRows;
    this.#pendingKeys = [];
    this.#pendingRows = new Float32Array(ROWS_A_FILE * this.#columns);
    const name = `${this.#prefix}${randomUUID()}.cache`;
    await writeContainer(this.#directory, name, {
      kind: 'embedding-cache',
      version: 1,
      header: { fingerprint: this.#fingerprint, columns: this.#columns },
      blocks: {
        keys: Buffer.from(keys.join(''), 'hex'),
        rows: new Uint8Array(rows.buffer, 0, keys.length * this.#columns * 4),
      },
    });
    // Only now: until here, readers take the rows from memory.
    keys.forEach((key, row) => {
      this.#places.set(key, { rows: name, row });
    });
  }

  async #rowsOf(file: string): Promise<Float32Array | undefined> {
    const bytes = (await this.#read(file))?.blocks.rows;
    return bytes && new Float32Array(new Uint8Array(bytes).buffer);
  }

  /** A file of this model; `undefined`, and its keys forgotten, when it is damaged or gone. */
  async #read(file: string): Promise<SavedIndex | undefined> {
    try {
      const saved = await readContainer(this.#directory, file);
      const header = headerSchema.safeParse(saved.header);
      const { keys, rows } = saved.blocks;
      const wanted = keys && rows && rows.length * KEY_BYTES === keys.length * this.#columns * 4;
      if (wanted && header.data?.fingerprint === this.#fingerprint && header.data.columns === this.#columns)
        return saved;
    } catch (error) {
      if (!isSluiceError(error, 'SLUICE_CORRUPT_FILE') && !isSluiceError(error, 'SLUICE_FILE_NOT_FOUND')) throw error;
    }
    for (const [key, place] of this.#places) if (place.rows === file) this.#places.delete(key);
    await this.#directory.remove(file).catch((error: unknown) => {
      if (!isSluiceError(error, 'SLUICE_FILE_NOT_FOUND')) throw error;
    });
    return undefined;
  }
}
