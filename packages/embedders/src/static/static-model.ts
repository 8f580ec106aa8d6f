import type { TokenCollector } from '@sluice/inference/wordpiece';
import type { TokenTable } from './token-table.js';

/** A static embedder in memory: a tokenizer and a vector for each token. */
export interface StaticModel {
  /** sha256 of everything that shapes a vector, in hexadecimal. */
  readonly hash: string;
  readonly table: TokenTable;
  /** Adds the ids of `text` to the text under way in `into`; none for what the model does not know. */
  tokenize(text: string, into: TokenCollector): void;
}
