import type { ModelFolder } from '../folder/model-folder.js';
import type { TokenSequences } from '../tokenizer/token-sequences.js';

/** What a worker is told when it starts. */
export interface WorkerStart {
  readonly folder: ModelFolder;
  /** Threads that a single run may use. */
  readonly threads: number;
  /** One number, see `run-state.ts`. */
  readonly runState: Int32Array<SharedArrayBuffer>;
}

/** What is asked of a worker: one thing at a time. */
export type WorkerRequest =
  | { readonly kind: 'tokenize'; readonly texts: readonly string[] }
  | { readonly kind: 'run'; readonly batch: TokenSequences }
  | { readonly kind: 'close' };

/** What a worker answers, one answer for each request, after `opened` or `failed` once at its start. */
export type WorkerReply =
  | { readonly kind: 'opened'; readonly dimensions: number }
  | { readonly kind: 'tokens'; readonly tokens: TokenSequences }
  | { readonly kind: 'rows'; readonly rows: Float32Array<ArrayBuffer> }
  | { readonly kind: 'closed' }
  | { readonly kind: 'failed'; readonly failure: WorkerFailure };

/** An error, in a form that survives the way between threads. */
export type WorkerFailure =
  | { readonly kind: 'missing runtime'; readonly message: string }
  | { readonly kind: 'model file'; readonly file: string; readonly problem: string; readonly message: string }
  | { readonly kind: 'run'; readonly message: string };
