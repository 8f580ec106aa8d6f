import {
  httpCall,
  isTransientStatus,
  readBounded,
  retryAfterMs,
  TransientFailure,
  withRetries,
} from '@sluice/inference/http';
import { EmbeddingAnswerError } from '../errors/embedding-answer-error.js';
import { EmbeddingRequestError } from '../errors/embedding-request-error.js';
import type { RemoteEmbedderSettings } from './remote-settings.js';

const MAX_REFUSAL_BYTES = 2 ** 16;

/**
 * Posts a request to `/embeddings` until it is answered, and returns the parsed answer.
 *
 * Redirects are refused: a key must not go where its owner did not send it. Of a refusal only the status and a short
 * code are kept, because endpoints quote texts and keys in their messages.
 *
 * @throws {EmbeddingRequestError} refused, or given up
 * @throws {EmbeddingAnswerError} the answer is too long, or not JSON
 * @throws the signal's `reason`, once it has fired
 */
export function embeddingRequest(
  settings: RemoteEmbedderSettings,
  body: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<unknown> {
  const url = embeddingsUrl(settings);
  const call = {
    url,
    method: 'POST' as const,
    headers: headersOf(settings),
    body: JSON.stringify(body),
    timeoutMs: settings.timeoutMs,
    signal,
    fetch: settings.fetch ?? fetch,
    failure: (problem: string) => new EmbeddingRequestError({ endpoint: url.href, problem }),
  };
  return withRetries(settings, signal, () =>
    httpCall(call, async (answer) => {
      if (answer.status === 200) return parseAnswer(await readBounded(answer, settings.maxAnswerBytes));
      const { status } = answer;
      const reason = reasonIn(await readBounded(answer, MAX_REFUSAL_BYTES));
      const problem = `the endpoint answered ${status}${reason === undefined ? '' : ` (${reason})`}`;
      const failure = new EmbeddingRequestError({ endpoint: url.href, problem, status, reason });
      // Money, unlike load, does not come back by waiting.
      if (!isTransientStatus(status) || reason === 'insufficient_quota') throw failure;
      throw new TransientFailure(failure, { retryAfterMs: retryAfterMs(answer.headers, Date.now()) });
    }),
  );
}

/** `/embeddings` under the base. */
export function embeddingsUrl({ baseUrl }: Pick<RemoteEmbedderSettings, 'baseUrl'>): URL {
  return new URL(`${baseUrl.replace(/\/+$/, '')}/embeddings`);
}

function headersOf({ apiKey, headers }: RemoteEmbedderSettings): Record<string, string> {
  return {
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'sluice',
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    ...headers,
  };
}

function parseAnswer(body: Buffer | undefined): unknown {
  if (!body) throw new EmbeddingAnswerError({ owner: 'remoteEmbedder', problem: 'it is longer than `maxAnswerBytes`' });
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    // The parser's message would quote the answer.
    throw new EmbeddingAnswerError({ owner: 'remoteEmbedder', problem: 'it is not JSON' });
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
