import type { TextColumns } from '../tokenizer/text-columns.js';
import type { TokenSequences } from '../tokenizer/token-sequences.js';
import type { EncodedTexts } from '../worker/encoded-texts.js';

/** Runs a model somewhere else, one request at a time. */
export interface BatchRunner {
  /** Columns of the vectors, whatever their kind. */
  readonly dimensions: number;
  tokenize(texts: TextColumns): Promise<TokenSequences>;
  /** What the model makes of the batch. `batch` may be moved away. */
  run(batch: TokenSequences): Promise<EncodedTexts>;
  /** Whether it has ended by itself and takes no more requests. */
  readonly lost: boolean;
  /** Frees the model. Nothing may be under way. */
  close(): Promise<void>;
}
