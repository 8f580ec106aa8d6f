import { expect } from 'vitest';
import { expectRejection } from './refusal.js';

/**
 * Fails unless `call` rejects with the signal's reason when it has fired before, and either rejects with it or
 * resolves when it fires during the call.
 */
export async function expectAbortable(call: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const reason = new Error('stopped by the test');
  await expectRejection(() => call(AbortSignal.abort(reason)), reason, 'an aborted call rejects with the reason');
  const controller = new AbortController();
  const running = call(controller.signal).then(
    () => reason,
    (error: unknown) => error,
  );
  controller.abort(reason);
  expect(await running, 'a call that is aborted while it runs').toBe(reason);
  await call(new AbortController().signal);
}
