import type { TokenSequences } from '../tokenizer/token-sequences.js';

/** Runs a model somewhere else, one request at a time. */
export interface BatchRunner {
  /** Columns of the rows. */
  readonly dimensions: number;
  tokenize(texts: readonly string[]): Promise<TokenSequences>;
  /** One row for each text of the batch. */
  run(batch: TokenSequences): Promise<Float32Array>;
  /** Frees the model. Nothing may be under way. */
  close(): Promise<void>;
}
