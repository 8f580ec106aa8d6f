import type { EndpointSettings } from './endpoint-settings.js';
import { type HttpAnswer, httpCall } from './http-call.js';
import { readBounded } from './read-bounded.js';
import { retryAfterMs } from './retry-after.js';
import { TransientFailure } from './transient-failure.js';
import { isTransientStatus } from './transient-status.js';
import { withRetries } from './with-retries.js';

const MAX_REFUSAL_BYTES = 2 ** 16;

/** Why a request has no answer. */
export interface RefusedRequest {
  /** The address that was asked. */
  readonly endpoint: string;
  /** What went wrong, a fragment. */
  readonly problem: string;
  /** HTTP's status, where there was an answer. */
  readonly status?: number | undefined;
  /** The endpoint's own word for it (`invalid_api_key`), where it gave one. */
  readonly reason?: string | undefined;
}

/** A request, and the errors that its caller sees. */
export interface JsonPost {
  readonly url: URL;
  readonly body: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  /** The error where the endpoint refused, or could not be reached. */
  refused(facts: RefusedRequest): Error;
  /** The error where the answer cannot be read. `problem` is a fragment: `it is not JSON`. */
  unreadable(problem: string): Error;
}

/**
 * Posts JSON until it is answered, and returns the parsed answer.
 *
 * Redirects are refused: a key must not go where its owner did not send it. Of a refusal only the status and a short
 * code are kept, because endpoints quote texts and keys in their messages.
 *
 * @throws what `refused` and `unreadable` make
 * @throws the signal's `reason`, once it has fired
 */
export function postJson(settings: Omit<EndpointSettings, 'baseUrl'>, post: JsonPost): Promise<unknown> {
  const { url, signal } = post;
  const endpoint = url.href;
  const call = {
    url,
    method: 'POST' as const,
    headers: headersOf(settings),
    body: JSON.stringify(post.body),
    timeoutMs: settings.timeoutMs,
    signal,
    fetch: settings.fetch ?? fetch,
    failure: (problem: string) => post.refused({ endpoint, problem }),
  };
  return withRetries(settings, signal, () =>
    httpCall(call, async (answer) => {
      if (answer.status === 200) return parseAnswer(await readBounded(answer, settings.maxAnswerBytes), post);
      const { status } = answer;
      const reason = await refusalReason(answer, signal);
      const problem = `the endpoint answered ${status}${reason === undefined ? '' : ` (${reason})`}`;
      const failure = post.refused({ endpoint, problem, status, reason });
      // Money, unlike load, does not come back by waiting.
      if (!isTransientStatus(status) || reason === 'insufficient_quota') throw failure;
      throw new TransientFailure(failure, { retryAfterMs: retryAfterMs(answer.headers, Date.now()) });
    }),
  );
}

/** Why, as far as it can be read: the status is an answer, even where the connection breaks after it. */
async function refusalReason(answer: HttpAnswer, signal: AbortSignal): Promise<string | undefined> {
  try {
    return reasonIn(await readBounded(answer, MAX_REFUSAL_BYTES));
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** In lower case: `fetch` joins the values of names that differ in case. */
function headersOf({ apiKey, headers }: Pick<EndpointSettings, 'apiKey' | 'headers'>): Record<string, string> {
  return {
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'sluice',
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  };
}

function parseAnswer(body: Buffer | undefined, { unreadable }: JsonPost): unknown {
  if (!body) throw unreadable('it is longer than `maxAnswerBytes`');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    // The parser's message would quote the answer.
    throw unreadable('it is not JSON');
  }
}

/** `error.code` or `error.type`, if it looks like a code and not like a text. */
function reasonIn(body: Buffer | undefined): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body?.toString('utf8') ?? '');
    const error: unknown = fieldOf(parsed, 'error');
    const reason = [fieldOf(error, 'code'), fieldOf(error, 'type')].find((value) => typeof value === 'string');
    return typeof reason === 'string' && /^[a-z_]{1,64}$/.test(reason) ? reason : undefined;
  } catch {
    return undefined;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
