/** An attempt that failed in a way that may pass. Never leaves `withRetries`. */
export class TransientFailure extends Error {
  /** What the caller sees when there is no further attempt. */
  readonly failure: Error;
  /** Milliseconds that the server asked to be left alone for. */
  readonly retryAfterMs: number | undefined;

  constructor(failure: Error, { retryAfterMs }: { readonly retryAfterMs?: number | undefined } = {}) {
    super(failure.message, { cause: failure });
    this.failure = failure;
    this.retryAfterMs = retryAfterMs;
  }
}
