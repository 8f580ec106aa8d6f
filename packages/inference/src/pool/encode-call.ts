import type { CallOptions } from '@sluice/core';
import type { SecondText } from '../tokenizer/second-text.js';
import type { TextTask } from '../tokenizer/text-task.js';
import type { EncodedTexts } from '../worker/encoded-texts.js';
import type { AnswerKind, AnswerUnderWay } from './answer.js';

/** Texts by number, made when they are needed: a prompt or a title costs nothing before its turn. */
export interface TextSource {
  /** What progress counts: `queries`, `documents`. */
  readonly unit: string;
  readonly length: number;
  /**
   * What the texts are, for models that read queries and documents in different ways.
   * @default 'document'
   */
  readonly task?: TextTask;
  /**
   * What every text begins with that is not its own. Models whose folder says so read it, and pool the rest.
   * @default ''
   */
  readonly prompt?: string;
  /** The text at `index`, prompt included, 0 to `length - 1`. What it throws ends the call. */
  text(index: number): string;
  /** What is read together with the text at `index`, by models of pairs. What it throws ends the call. */
  second?(index: number): SecondText;
}

interface Settle {
  readonly finish: () => void;
  readonly reject: (reason: unknown) => void;
}

/** One call for embeddings on its way: its texts, the answer filled so far, and its promise. */
export class EncodeCall<Answer = unknown> {
  readonly texts: TextSource;
  /** Settles when the last text was taken, or with the first error. */
  readonly answer: Promise<Answer>;
  readonly #underWay: AnswerUnderWay<Answer>;
  readonly #options: CallOptions;
  readonly #onEnd: () => void;
  readonly #onAbort: () => void;
  #settle: Settle | undefined;
  #done = 0;
  // Parts of a text that are still to come besides its last.
  readonly #morePartsOf = new Map<number, number>();

  /** @param onEnd called once, when the call has ended in whatever way */
  constructor(texts: TextSource, kind: AnswerKind<Answer>, options: CallOptions, onEnd: () => void) {
    this.texts = texts;
    const underWay = kind.begin(texts.length);
    this.#underWay = underWay;
    this.#options = options;
    this.#onEnd = onEnd;
    this.answer = new Promise((resolve, reject) => {
      this.#settle = { finish: () => resolve(finished(underWay)), reject };
    });
    this.#onAbort = () => this.fail(options.signal?.reason);
    options.signal?.addEventListener('abort', this.#onAbort);
  }

  /** Whether nothing more is wanted: all texts were taken, or it failed or was cancelled. */
  get ended(): boolean {
    return this.#settle === undefined;
  }

  /** The text at `index`, and its second; `undefined` when they cannot be made, which ends the call. */
  textAt(index: number): { readonly text: string; readonly second: SecondText | undefined } | undefined {
    try {
      return { text: this.texts.text(index), second: this.texts.second?.(index) };
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  /** Told that text `index` comes in one part more. */
  expectPart(index: number): void {
    this.#morePartsOf.set(index, (this.#morePartsOf.get(index) ?? 0) + 1);
  }

  /** Takes text `at` of a batch as text `index` of this call, or as a part of it. */
  take(index: number, encoded: EncodedTexts, at: number): void {
    this.#underWay.take(index, encoded, at);
    const more = this.#morePartsOf.get(index) ?? 0;
    if (more > 0) this.#morePartsOf.set(index, more - 1);
    else this.#done += 1;
  }

  /** Tells the caller how far it is, and ends the call after its last text. */
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
    if (this.#done === this.texts.length) this.#end()?.finish();
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

/** A promise even where the answer cannot be put together, so that the caller hears of it. */
async function finished<Answer>(underWay: AnswerUnderWay<Answer>): Promise<Answer> {
  return underWay.finish();
}
