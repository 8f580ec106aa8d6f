import { setTimeout } from 'node:timers/promises';
import { TransientFailure } from './transient-failure.js';

/** How often and how soon something is tried again. */
export interface RetryPolicy {
  /** Attempts in all that may fail one after the other, at least 1. */
  readonly maxAttempts: number;
  /** Milliseconds before the second attempt; each later pause is twice as long. */
  readonly retryDelayMs: number;
  /** No pause is longer; a server that asks for a longer one is not tried again. */
  readonly maxRetryDelayMs: number;
}

/** What an attempt is given, and may tell. */
export interface Attempt {
  /** Says that this attempt got further than all before it: the count of failures begins anew. */
  progressed(): void;
}

/**
 * Runs `attempt` until it succeeds, fails with anything but a {@link TransientFailure}, or has failed too often.
 *
 * @throws the failure inside the last `TransientFailure`
 * @throws the signal's `reason`, once it has fired, in a pause too
 */
export async function withRetries<Result>(
  { maxAttempts, retryDelayMs, maxRetryDelayMs }: RetryPolicy,
  signal: AbortSignal | undefined,
  attempt: (attempt: Attempt) => Promise<Result>,
): Promise<Result> {
  let failures = 0;
  const progressed = (): void => {
    failures = 0;
  };
  while (true) {
    signal?.throwIfAborted();
    try {
      return await attempt({ progressed });
    } catch (error) {
      if (!(error instanceof TransientFailure)) throw error;
      failures++;
      const asked = error.retryAfterMs ?? 0;
      if (failures >= maxAttempts || asked > maxRetryDelayMs) throw error.failure;
      const own = Math.min(maxRetryDelayMs, retryDelayMs * 2 ** (failures - 1));
      await pause(Math.max(own, asked), signal);
    }
  }
}

/**
 * Waits.
 *
 * @throws the signal's `reason`, once it has fired
 */
export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await setTimeout(milliseconds, undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
