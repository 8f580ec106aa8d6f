import {
  type Embedder,
  type EncodeOptions,
  InvalidOptionsError,
  type Matrix,
  nextTurn,
  parseOptions,
  type TitledText,
} from '@sluice/core';
import { TokenCollector } from '@sluice/inference/wordpiece';
import { z } from 'zod';
import { inputText } from '../input-text.js';
import type { StaticModel } from './static-model.js';
import { textPieces } from './text-pieces.js';

/** Options of {@link staticEmbedder}. */
export interface StaticEmbedderOptions {
  /** The model in memory: from `readStaticModel(folder)`, or `parseStaticModel(files)` where there are no files. */
  readonly model: StaticModel;
  /**
   * Leading dimensions to keep. 1 to the model's own.
   * @default all
   */
  readonly dimensions?: number | undefined;
}

export const staticEmbedderOptions: z.ZodType<StaticEmbedderOptions> = z.strictObject({
  model: z.custom<StaticModel>((value) => typeof value === 'object' && value !== null && 'table' in value, 'no model'),
  dimensions: z.int().positive().optional(),
});

/** Milliseconds after which others get their turn, tested after each group of texts. */
const turnMs = 4;
const groupCharacters = 16_384;

/**
 * Embeds by adding up the vectors of a text's tokens: thousands of documents a second on one thread, without native
 * code. The sum is cut to the width wanted and scaled to length 1. Queries and documents are encoded alike.
 *
 * A text without a token that the model knows has the row of zeros, which is similar to nothing.
 *
 * Runs on the calling thread, a few milliseconds at a time.
 *
 * @throws {InvalidOptionsError} more dimensions are asked for than the model has
 * @example const embedder = staticEmbedder({ model: await readStaticModel(folder), dimensions: 128 });
 */
export function staticEmbedder(options: StaticEmbedderOptions): Embedder {
  const { model, dimensions = model.table.columns } = parseOptions(staticEmbedderOptions, options, 'staticEmbedder');
  expectDimensions(dimensions, model.table.columns);
  const encode = async (
    texts: readonly (string | TitledText)[],
    unit: string,
    { dimensions: columns = dimensions, signal, onProgress }: EncodeOptions = {},
  ): Promise<Matrix> => {
    expectDimensions(columns, dimensions);
    signal?.throwIfAborted();
    const rows = new StaticRows(model, texts, unit, columns);
    let turnStart = performance.now();
    while (rows.encodeGroup()) {
      onProgress?.({ phase: 'encoding', done: rows.done, total: texts.length, unit });
      if (performance.now() - turnStart < turnMs) continue;
      await nextTurn();
      signal?.throwIfAborted();
      turnStart = performance.now();
    }
    return { data: rows.data, rows: texts.length, columns };
  };
  return {
    dimensions,
    similarity: 'cosine',
    fingerprint: `static:${dimensions}:${model.hash}`,
    encodeQueries: (texts, callOptions) => encode(texts, 'queries', callOptions),
    encodeDocuments: (documents, callOptions) => encode(documents, 'documents', callOptions),
  };
}

function expectDimensions(asked: number, available: number): void {
  if (Number.isInteger(asked) && asked >= 1 && asked <= available) return;
  throw new InvalidOptionsError({
    owner: 'staticEmbedder',
    issues: [{ path: 'dimensions', message: `${asked} is not between 1 and ${available}` }],
  });
}

/** The rows of one call, filled group by group. */
class StaticRows {
  /** Row-major; rows from `done` on are zeros still. */
  readonly data: Float32Array;
  readonly #model: StaticModel;
  readonly #texts: readonly (string | TitledText)[];
  readonly #unit: string;
  readonly #sum: Float64Array;
  #row = 0;
  #pieces: Iterator<string> | undefined;

  constructor(model: StaticModel, texts: readonly (string | TitledText)[], unit: string, columns: number) {
    this.#model = model;
    this.#unit = unit;
    this.#texts = texts;
    this.#sum = new Float64Array(columns);
    this.data = new Float32Array(texts.length * columns);
  }

  /** Rows that are finished. */
  get done(): number {
    return this.#row;
  }

  /** Encodes the next few texts, or a piece of a long one. False when all are done. */
  encodeGroup(): boolean {
    if (this.#row === this.#texts.length) return false;
    for (let characters = 0; characters < groupCharacters && this.#row < this.#texts.length; ) {
      this.#pieces ??= textPieces(inputText(this.#texts[this.#row], this.#unit, this.#row));
      const piece = this.#pieces.next();
      if (piece.done) {
        this.#endRow();
        continue;
      }
      this.#addPiece(piece.value);
      characters += piece.value.length + 1;
    }
    return true;
  }

  #addPiece(piece: string): void {
    const collector = new TokenCollector(1);
    this.#model.tokenize(piece, collector);
    this.#model.table.add(collector.current, this.#sum);
  }

  #endRow(): void {
    let squares = 0;
    for (const value of this.#sum) squares += value * value;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    const base = this.#row * this.#sum.length;
    for (let column = 0; column < this.#sum.length; column++) {
      this.data[base + column] = (this.#sum[column] ?? 0) * scale;
    }
    this.#sum.fill(0);
    this.#pieces = undefined;
    this.#row += 1;
  }
}
