import type { CallOptions, SparseMatrix } from '@sluice/core';
import type { TextSource } from '@sluice/inference';

/** What encodes one kind of text, queries or documents. */
export interface SparseSide {
  readonly vocabularySize: number;
  /** Names whatever decides the weights. */
  readonly hash: string;
  /** Where the vocabulary's tokens are spelled: a `tokenizer.json`. */
  readonly tokenizerFile: string;
  encode(texts: TextSource, options?: CallOptions): Promise<SparseMatrix>;
  close(): Promise<void>;
}
