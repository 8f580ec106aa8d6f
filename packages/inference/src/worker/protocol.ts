import type { HeadSpec } from '../folder/head-spec.js';
import type { TransformerFolder } from '../folder/model-folder.js';
import type { TextColumns } from '../tokenizer/text-columns.js';
import type { TokenSequences } from '../tokenizer/token-sequences.js';
import type { EncodedTexts } from './encoded-texts.js';

/** What a worker is told when it starts. */
export interface WorkerStart {
  readonly folder: TransformerFolder;
  readonly head: HeadSpec;
  /** Threads that a single run may use. */
  readonly threads: number;
  /** One number, see `run-state.ts`. */
  readonly runState: Int32Array<SharedArrayBuffer>;
}

/** What is asked of a worker: one thing at a time. */
export type WorkerRequest =
  | { readonly kind: 'tokenize'; readonly texts: TextColumns }
  | { readonly kind: 'run'; readonly batch: TokenSequences }
  | { readonly kind: 'close' };

/** What a worker answers, one answer for each request, after `opened` or `failed` once at its start. */
export type WorkerReply =
  | { readonly kind: 'opened'; readonly dimensions: number }
  | { readonly kind: 'tokens'; readonly tokens: TokenSequences }
  | { readonly kind: 'encoded'; readonly encoded: EncodedTexts }
  | { readonly kind: 'closed' }
  | { readonly kind: 'failed'; readonly failure: WorkerFailure };

/** An error, in a form that survives the way between threads. */
export type WorkerFailure =
  | { readonly kind: 'missing runtime'; readonly message: string }
  | {
      readonly kind: 'model file';
      readonly file: string;
      readonly problem: string;
      readonly advice: string;
      readonly message: string;
    }
  | { readonly kind: 'run'; readonly message: string };
