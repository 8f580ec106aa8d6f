import { gatherTokens, type TokenSequences } from '../tokenizer/token-sequences.js';
import type { EncodeCall } from './encode-call.js';

/** Texts of one or more calls that are tokenized or run together: text `i` is number `indices[i]` of `calls[i]`. */
export interface WindowTexts {
  readonly calls: readonly EncodeCall[];
  readonly indices: Uint32Array;
}

/** Limits of a batch. */
export interface BatchLimits {
  /** Tokens of a batch, padding included; a single longer text is a batch of its own. */
  readonly maxTokens: number;
  readonly maxTexts: number;
}

/** Texts that run together, of similar length. */
export interface Batch {
  readonly tokens: TokenSequences;
  readonly texts: WindowTexts;
}

/**
 * Tokenized texts waiting to run, given out in batches, longest first: neighbours in that order are of similar
 * length, so little is padded.
 */
export class Window {
  readonly #texts: WindowTexts;
  readonly #tokens: TokenSequences;
  // Numbers of the sequences, longest first; those before #next were given out.
  readonly #order: Uint32Array;
  #next = 0;

  constructor(texts: WindowTexts, tokens: TokenSequences) {
    this.#texts = texts;
    this.#tokens = tokens;
    const { owners } = tokens;
    owners?.forEach((owner, at) => {
      const another = at > 0 && owners[at - 1] === owner;
      if (another) texts.calls[owner]?.expectPart(texts.indices[owner] ?? 0);
    });
    this.#order = longestFirst(tokens.offsets);
  }

  /** The next batch of sequences whose calls have not ended; `undefined` when none is left. */
  take({ maxTokens, maxTexts }: BatchLimits): Batch | undefined {
    const members: number[] = [];
    let most = maxTexts;
    while (this.#next < this.#order.length && members.length < most) {
      const sequence = this.#order[this.#next++] ?? 0;
      if (this.#texts.calls[this.#owner(sequence)]?.ended) continue;
      if (members.length === 0) most = Math.min(maxTexts, Math.floor(maxTokens / Math.max(1, this.#length(sequence))));
      members.push(sequence);
    }
    return members.length > 0 ? this.#gather(members) : undefined;
  }

  #length(sequence: number): number {
    return (this.#tokens.offsets[sequence + 1] ?? 0) - (this.#tokens.offsets[sequence] ?? 0);
  }

  /** The text that a sequence is part of. */
  #owner(sequence: number): number {
    return this.#tokens.owners?.[sequence] ?? sequence;
  }

  #gather(members: readonly number[]): Batch {
    const indices = new Uint32Array(members.length);
    const calls: EncodeCall[] = [];
    members.forEach((sequence, at) => {
      const text = this.#owner(sequence);
      indices[at] = this.#texts.indices[text] ?? 0;
      const call = this.#texts.calls[text];
      if (call) calls.push(call);
    });
    return { tokens: gatherTokens(this.#tokens, members), texts: { calls, indices } };
  }
}

/** Equal lengths keep their order. */
function longestFirst(offsets: Uint32Array): Uint32Array {
  const texts = offsets.length - 1;
  const lengths = new Uint32Array(texts);
  for (let text = 0; text < texts; text++) lengths[text] = (offsets[text + 1] ?? 0) - (offsets[text] ?? 0);
  return new Uint32Array(lengths.keys()).sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0) || a - b);
}
