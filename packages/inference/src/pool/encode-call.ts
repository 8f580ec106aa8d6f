import type { CallOptions } from '@sluice/core';

/** Texts by number, made when they are needed: a prompt or a title costs nothing before its turn. */
export interface TextSource {
  /** What progress counts: `queries`, `documents`. */
  readonly unit: string;
  readonly length: number;
  /** The text at `index`, 0 to `length - 1`. What it throws ends the call. */
  text(index: number): string;
}

/** How the rows of one call differ from the model's own. */
export interface RowShape {
  /** Leading columns to keep. */
  readonly columns: number;
  /** `unit`: rows are scaled to length 1 after the cut; `kept`: they stay as they are. */
  readonly length: 'unit' | 'kept';
}

interface Settle {
  readonly resolve: (rows: Float32Array) => void;
  readonly reject: (reason: unknown) => void;
}

/** One call for embeddings on its way: its texts, the rows filled so far, and its promise. */
export class EncodeCall {
  readonly texts: TextSource;
  /** Settles when the last row is there, or with the first error. */
  readonly rows: Promise<Float32Array>;
  readonly #shape: RowShape;
  readonly #target: Float32Array;
  readonly #options: CallOptions;
  readonly #onEnd: () => void;
  readonly #onAbort: () => void;
  #settle: Settle | undefined;
  #done = 0;

  /** @param onEnd called once, when the call has ended in whatever way */
  constructor(texts: TextSource, shape: RowShape, options: CallOptions, onEnd: () => void) {
    this.texts = texts;
    this.#shape = shape;
    this.#options = options;
    this.#onEnd = onEnd;
    this.#target = new Float32Array(texts.length * shape.columns);
    this.rows = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#onAbort = () => this.fail(options.signal?.reason);
    options.signal?.addEventListener('abort', this.#onAbort);
  }

  /** Whether nothing more is wanted: all rows are there, or it failed or was cancelled. */
  get ended(): boolean {
    return this.#settle === undefined;
  }

  /** The text at `index`; `undefined` when it cannot be made, which ends the call. */
  textAt(index: number): string | undefined {
    try {
      return this.texts.text(index);
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  /** Takes the row of text `index` from a matrix of `width` columns, where it begins at `start`. */
  store(index: number, rows: Float32Array, start: number): void {
    const { columns, length } = this.#shape;
    const base = index * columns;
    let squares = 0;
    for (let column = 0; column < columns; column++) {
      const value = rows[start + column] ?? 0;
      squares += value * value;
      this.#target[base + column] = value;
    }
    this.#done += 1;
    if (length === 'kept') return;
    const scale = 1 / Math.max(Math.sqrt(squares), 1e-12);
    for (let at = base; at < base + columns; at++) this.#target[at] = (this.#target[at] ?? 0) * scale;
  }

  /** Tells the caller how far it is, and ends the call after its last row. */
  report(): void {
    if (this.ended) return;
    try {
      this.#options.onProgress?.({
        phase: 'encoding',
        done: this.#done,
        total: this.texts.length,
        unit: this.texts.unit,
      });
    } catch (error) {
      this.fail(error);
      return;
    }
    if (this.#done === this.texts.length) this.#end()?.resolve(this.#target);
  }

  /** Ends the call with an error, unless it has ended. */
  fail(reason: unknown): void {
    this.#end()?.reject(reason);
  }

  #end(): Settle | undefined {
    const settle = this.#settle;
    if (!settle) return undefined;
    this.#settle = undefined;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#onEnd();
    return settle;
  }
}
