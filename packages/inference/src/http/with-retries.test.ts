import { expect, it } from 'vitest';
import { TransientFailure } from './transient-failure.js';
import { withRetries } from './with-retries.js';

const policy = { maxAttempts: 3, retryDelayMs: 1, maxRetryDelayMs: 20 };
const last = new Error('busy');

it('gives up after the last attempt, with the failure and not its wrapper', async () => {
  let attempts = 0;
  const work = withRetries(policy, undefined, async () => {
    attempts++;
    throw new TransientFailure(last);
  });
  await expect(work).rejects.toBe(last);
  expect(attempts).toBe(3);
});

it('counts anew after progress', async () => {
  let attempts = 0;
  const work = withRetries(policy, undefined, async ({ progressed }) => {
    attempts++;
    if (attempts <= 5) progressed();
    throw new TransientFailure(last);
  });
  await expect(work).rejects.toBe(last);
  expect(attempts).toBe(7);
});

it('does not repeat what cannot pass, or what asks for more patience than there is', async () => {
  for (const error of [new Error('wrong key'), new TransientFailure(last, { retryAfterMs: 21 })]) {
    let attempts = 0;
    const work = withRetries(policy, undefined, async () => {
      attempts++;
      throw error;
    });
    await expect(work).rejects.toBe(error instanceof TransientFailure ? last : error);
    expect(attempts).toBe(1);
  }
});

it('ends in a pause when its signal fires, with the reason', async () => {
  const stop = new AbortController();
  const reason = new Error('stop');
  const work = withRetries({ ...policy, retryDelayMs: 60_000, maxRetryDelayMs: 60_000 }, stop.signal, async () => {
    queueMicrotask(() => stop.abort(reason));
    throw new TransientFailure(last);
  });
  await expect(work).rejects.toBe(reason);
});
