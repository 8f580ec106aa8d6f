import type { SecondText } from '../tokenizer/second-text.js';
import type { TextColumns } from '../tokenizer/text-columns.js';
import type { TextTask } from '../tokenizer/text-task.js';
import type { TokenSequences } from '../tokenizer/token-sequences.js';
import type { EncodeCall } from './encode-call.js';
import { type Batch, type BatchLimits, Window, type WindowTexts } from './window.js';

/** What is to be done next for a lane. */
export type Work =
  | { readonly kind: 'tokenize'; readonly lane: Lane; readonly texts: TextColumns; readonly members: WindowTexts }
  | { readonly kind: 'run'; readonly batch: Batch };

/** Texts and characters that are tokenized at once: enough to sort by length, few enough not to hold up others. */
const maxWindowTexts = 2048;
const maxWindowCharacters = 200_000;

/**
 * Calls served in the order in which they came, window by window. Small calls share a lane, and so share batches;
 * a large call has one to itself, and so cannot hold up the small ones.
 */
export class Lane {
  readonly #calls: EncodeCall[] = [];
  // The first text of the first call that is in no window yet.
  #nextText = 0;
  #window: Window | undefined;
  #tokenizing = false;

  add(call: EncodeCall): void {
    this.#calls.push(call);
  }

  /** Whether there is nothing more to do, now or after what is under way. */
  get empty(): boolean {
    return !this.#window && !this.#tokenizing && this.#calls.every(({ ended }) => ended);
  }

  /** The next batch of the window, if one is left. */
  takeBatch(limits: BatchLimits): Work | undefined {
    const batch = this.#window?.take(limits);
    if (batch) return { kind: 'run', batch };
    this.#window = undefined;
    return undefined;
  }

  /** Texts for the next window, if the last one is used up. */
  takeTexts(): Work | undefined {
    if (this.#window || this.#tokenizing) return undefined;
    const texts: string[] = [];
    const tasks: TextTask[] = [];
    const prompts: string[] = [];
    const seconds: SecondText[] = [];
    const calls: EncodeCall[] = [];
    const indices: number[] = [];
    let characters = 0;
    while (texts.length < maxWindowTexts && characters < maxWindowCharacters) {
      const call = this.#currentCall();
      if (!call) break;
      const read = call.textAt(this.#nextText);
      if (!read) continue;
      characters += read.text.length + (read.second?.text.length ?? 0);
      texts.push(read.text);
      // A model of pairs is asked for nothing else.
      if (read.second) seconds.push(read.second);
      tasks.push(call.texts.task ?? 'document');
      prompts.push(call.texts.prompt ?? '');
      calls.push(call);
      indices.push(this.#nextText++);
    }
    if (texts.length === 0) return undefined;
    this.#tokenizing = true;
    return {
      kind: 'tokenize',
      lane: this,
      texts: { texts, tasks, prompts, ...(seconds.length > 0 ? { seconds } : {}) },
      members: { calls, indices: new Uint32Array(indices) },
    };
  }

  /** Opens the window that {@link takeTexts} asked for; without tokens, they could not be made. */
  setWindow(members: WindowTexts, tokens: TokenSequences | undefined): void {
    this.#tokenizing = false;
    this.#window = tokens && new Window(members, tokens);
  }

  #currentCall(): EncodeCall | undefined {
    for (let call = this.#calls[0]; call; call = this.#calls[0]) {
      if (!call.ended && this.#nextText < call.texts.length) return call;
      this.#calls.shift();
      this.#nextText = 0;
    }
    return undefined;
  }
}
