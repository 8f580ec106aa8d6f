import type { TokenCollector } from './token-sequences.js';

/** Turns texts into token ids, special tokens included. */
export interface TextTokenizer {
  /** Which implementation it is: ours for BERT's family, the hub's for all others. */
  readonly kind: 'word piece' | 'hub';
  /** What stands around every text. */
  readonly special: SpecialTokens;

  /**
   * Adds the ids of `text` to `into`, as one text. A text that is too long loses tokens at its end, never its
   * special tokens.
   */
  encode(text: string, into: TokenCollector): void;
}

/** Ids that stand before and after every text. */
export interface SpecialTokens {
  readonly prefix: readonly number[];
  readonly suffix: readonly number[];
}
