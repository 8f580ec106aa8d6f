import {
  type Embedder,
  type EncodeOptions,
  InvalidOptionsError,
  type Matrix,
  type Similarity,
  type TitledText,
} from '@sluice/core';
import { normalizeRows } from '@sluice/inference';
import { EmbeddingAnswerError } from '../errors/embedding-answer-error.js';
import { inputText } from '../input-text.js';
import { forEachConcurrently } from './for-each-concurrently.js';
import { OpenCalls } from './open-calls.js';
import { type BatchLimits, type TextBatch, textBatches } from './text-batches.js';

/** What the texts of a batch are. */
export type TextKind = 'query' | 'document';

/** A model that encodes batches: what {@link batchEmbedder} makes an embedder of. */
export interface BatchModel {
  /** Who makes the embedder, for errors: the factory's name. */
  readonly owner: string;
  /** Columns of its rows. */
  readonly dimensions: number;
  readonly similarity: Similarity;
  /** Prompts included. */
  readonly fingerprint: string;
  /** Text put before every input of a kind. */
  readonly prompts: Readonly<Record<TextKind, string>>;
  readonly limits: BatchLimits;
  /** Batches that may be under way at once. */
  readonly concurrency: number;
  /** `'by length'` where a batch is padded to its longest text: the longest texts come first. */
  readonly order: 'as given' | 'by length';
  /**
   * What becomes of an empty text: a row of zeros, which is similar to nothing, where the model refuses it.
   */
  readonly emptyTexts: 'zeros' | 'encoded';

  /**
   * One row for each text: `texts.length x dimensions`, row-major. Need not be of unit length. Texts hold no lone
   * surrogates. `signal` fires too when another batch of the call has failed, and when the embedder is closed.
   */
  encode(texts: readonly string[], kind: TextKind, signal: AbortSignal): Promise<Float32Array>;

  /** Frees the model; called once, when no batch is under way. */
  close?(): Promise<void>;
}

/**
 * An embedder over a function that encodes batches. It does what all of them owe: prompts and titles, batches within
 * limits, order, progress, cancellation, unit length, fewer dimensions, and refusing what is not a row. Closing it ends
 * open calls with a `ClosedError`, and frees the model after their last batch.
 *
 * @example
 * const embedder = batchEmbedder({ ...facts, encode: async (texts) => await server.embed(texts) });
 */
export function batchEmbedder(model: BatchModel): Required<Embedder> {
  return new BatchEmbedder(model);
}

const unitOf: Record<TextKind, string> = { query: 'queries', document: 'documents' };

class BatchEmbedder implements Required<Embedder> {
  readonly dimensions: number;
  readonly similarity: Similarity;
  readonly fingerprint: string;
  readonly #model: BatchModel;
  readonly #calls: OpenCalls;
  #closed: Promise<void> | undefined;

  constructor(model: BatchModel) {
    this.#model = model;
    this.#calls = new OpenCalls(model.owner);
    this.dimensions = model.dimensions;
    this.similarity = model.similarity;
    this.fingerprint = model.fingerprint;
  }

  encodeQueries(texts: readonly string[], options?: EncodeOptions): Promise<Matrix> {
    return this.#calls.run(options?.signal, (signal) => this.#encode('query', texts, { ...options, signal }));
  }

  encodeDocuments(documents: readonly (string | TitledText)[], options?: EncodeOptions): Promise<Matrix> {
    return this.#calls.run(options?.signal, (signal) => this.#encode('document', documents, { ...options, signal }));
  }

  close(): Promise<void> {
    this.#closed ??= this.#calls.close().then(() => this.#model.close?.());
    return this.#closed;
  }

  async #encode(
    kind: TextKind,
    inputs: readonly (string | TitledText)[],
    { dimensions = this.dimensions, signal, onProgress }: EncodeOptions,
  ): Promise<Matrix> {
    const { concurrency, limits, emptyTexts } = this.#model;
    this.#expectDimensions(dimensions);
    signal?.throwIfAborted();
    const texts = inputs.map((input, row) => this.#prompted(kind, input, row));
    const filled = [...texts.keys()].filter((row) => emptyTexts === 'encoded' || texts[row] !== '');
    const data = new Float32Array(texts.length * dimensions);
    let done = texts.length - filled.length;
    const tell = (rows: number): void => {
      done += rows;
      onProgress?.({ phase: 'encoding', done, total: texts.length, unit: unitOf[kind] });
    };
    if (filled.length === 0) tell(0);
    const batches = textBatches((row) => texts[row] ?? '', this.#ordered(filled, texts), limits);
    await forEachConcurrently(batches, { limit: concurrency, signal }, async (batch, either) => {
      this.#place(batch, await this.#model.encode(batch.texts, kind, either), {
        data,
        rows: texts.length,
        columns: dimensions,
      });
      tell(batch.rows.length);
    });
    return { data, rows: texts.length, columns: dimensions };
  }

  #prompted(kind: TextKind, input: string | TitledText, row: number): string {
    const text = inputText(input, unitOf[kind], row);
    // A lone surrogate is no character: encoders of UTF-8 differ in what they make of it, and some servers refuse it.
    return (this.#model.prompts[kind] + text).toWellFormed();
  }

  #ordered(rows: number[], texts: readonly string[]): readonly number[] {
    if (this.#model.order === 'as given') return rows;
    const lengthOf = (row: number): number => texts[row]?.length ?? 0;
    return rows.sort((left, right) => lengthOf(right) - lengthOf(left));
  }

  /** Puts the rows of a batch where they belong, cut and scaled. */
  #place({ rows }: TextBatch, encoded: Float32Array, { data, columns }: Matrix): void {
    const { owner, dimensions } = this.#model;
    if (encoded.length !== rows.length * dimensions) {
      throw new EmbeddingAnswerError({
        owner,
        problem: `${encoded.length} numbers came where ${rows.length} rows of ${dimensions} are due`,
      });
    }
    if (!encoded.every(Number.isFinite)) {
      throw new EmbeddingAnswerError({ owner, problem: 'a row holds a number that is not finite' });
    }
    for (const [at, row] of rows.entries()) {
      const target = data.subarray(row * columns, (row + 1) * columns);
      target.set(encoded.subarray(at * dimensions, at * dimensions + columns));
      if (this.similarity === 'cosine') normalizeRows(target, columns);
    }
  }

  #expectDimensions(dimensions: number): void {
    if (Number.isInteger(dimensions) && dimensions >= 1 && dimensions <= this.dimensions) return;
    const message = `${dimensions} is not between 1 and ${this.dimensions}`;
    throw new InvalidOptionsError({ owner: this.#model.owner, issues: [{ path: 'dimensions', message }] });
  }
}
