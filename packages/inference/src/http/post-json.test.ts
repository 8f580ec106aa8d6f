import { describe, expect, it } from 'vitest';
import { type EndpointSettings, postJson, type RefusedRequest } from './index.js';

class Refused extends Error {
  readonly facts: RefusedRequest;

  constructor(facts: RefusedRequest) {
    super(facts.problem);
    this.facts = facts;
  }
}

const settings: Omit<EndpointSettings, 'baseUrl'> = {
  headers: {},
  maxConcurrentRequests: 1,
  timeoutMs: 5000,
  maxAttempts: 3,
  retryDelayMs: 1,
  maxRetryDelayMs: 10,
  maxAnswerBytes: 1000,
};

const post = (answer: typeof fetch, more: Partial<EndpointSettings> = {}, signal = new AbortController().signal) =>
  postJson(
    { ...settings, ...more, fetch: answer },
    {
      url: new URL('https://example.org/v1/rerank'),
      body: { model: 'm' },
      signal,
      refused: (facts) => new Refused(facts),
      unreadable: (problem) => new Error(problem),
    },
  );

/** A body that breaks after its first bytes. */
function broken(onRead: () => void = () => undefined): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      onRead();
      controller.error(new TypeError('terminated'));
    },
  });
}

describe('a refusal that breaks off', () => {
  it.each([
    { status: 401, requests: 1 },
    { status: 503, requests: 3 },
  ])('is judged by its status $status', async ({ status, requests }) => {
    let asked = 0;
    const call = post(async () => {
      asked++;
      return new Response(broken(), { status });
    });
    await expect(call).rejects.toMatchObject({ facts: { status, reason: undefined } });
    expect(asked).toBe(requests);
  });

  it('ends with the reason of a signal that fires meanwhile', async () => {
    const [stop, reason] = [new AbortController(), new Error('enough')];
    const body = broken(() => stop.abort(reason));
    await expect(post(async () => new Response(body, { status: 401 }), {}, stop.signal)).rejects.toBe(reason);
  });
});

it('sends a header once, in whichever case it was given', async () => {
  let sent = new Headers();
  const headers = { 'Content-Type': 'application/json; v=2', 'User-Agent': 'mine', 'X-Team': 'search' };
  await post(
    async (_, init) => {
      sent = new Headers(init?.headers);
      return new Response('{}');
    },
    { headers, apiKey: 'sk-1' },
  );
  expect(Object.fromEntries(sent)).toEqual({
    accept: 'application/json',
    authorization: 'Bearer sk-1',
    'content-type': 'application/json; v=2',
    'user-agent': 'mine',
    'x-team': 'search',
  });
});
