import type { OnProgress } from './progress.js';
import type { Trace } from './trace.js';

/** What every asynchronous call takes. */
export interface CallOptions {
  /** Ends the call: it rejects with the signal's `reason` within one batch. */
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  /** Collects what each stage did. */
  readonly trace?: Trace;
}
