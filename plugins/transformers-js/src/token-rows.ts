import type { LibraryTokenizer } from './transformers-library.js';

const asLists = { padding: false, truncation: false, return_tensor: false } as const;

/** Token ids of texts, each cut to what a model takes. */
export interface TokenRows {
  /** Real tokens of each text, at least 1. */
  readonly rows: readonly (readonly number[])[];
  /** Whether the tokenizer makes types of tokens, which its model may want. */
  readonly types: 'made' | 'none';
}

/**
 * A tokenizer of transformers.js that cuts long texts right.
 *
 * Its line 2 cuts off the closing special tokens with the rest of the text; here they stay, as in Python's tokenizers.
 */
export class CuttingTokenizer {
  readonly #tokenizer: LibraryTokenizer;
  readonly #maxTokens: number;
  readonly #casing: 'kept' | 'lowered';
  /** What follows the text's own tokens. */
  readonly #suffix: readonly number[];
  readonly #types: TokenRows['types'];

  constructor(tokenizer: LibraryTokenizer, { maxTokens, casing }: { maxTokens: number; casing: 'kept' | 'lowered' }) {
    this.#tokenizer = tokenizer;
    this.#maxTokens = maxTokens;
    this.#casing = casing;
    const { input_ids: [none = [], some = []] = [], token_type_ids: types } = tokenizer(['', 'a'], asLists);
    this.#types = types ? 'made' : 'none';
    let prefix = 0;
    while (prefix < none.length && none[prefix] === some[prefix]) prefix++;
    this.#suffix = none.slice(prefix);
  }

  encode(texts: readonly string[]): TokenRows {
    const cased = this.#casing === 'lowered' ? texts.map((text) => text.toLowerCase()) : texts;
    const { input_ids: ids = [] } = this.#tokenizer(cased, asLists);
    return { rows: ids.map((row) => this.#cut(row)), types: this.#types };
  }

  #cut(ids: readonly number[]): readonly number[] {
    if (ids.length <= this.#maxTokens) return ids.length === 0 ? [0] : ids;
    return [...ids.slice(0, this.#maxTokens - this.#suffix.length), ...this.#suffix];
  }
}
