import { DownloadError } from '../errors/download-error.js';
import { ModelAccessError } from '../errors/model-access-error.js';
import { type HttpAnswer, httpCall, isTransientStatus, retryAfterMs, TransientFailure } from '../http/index.js';
import type { HubSettings } from './hub-settings.js';

/** A request to a hub for something of one model. */
export interface HubRequest {
  /** Below the endpoint, encoded, without a leading `/`. */
  readonly path: string;
  /** `org/name`, for errors. */
  readonly model: string;
  /** Besides those that every request has. */
  readonly headers?: Readonly<Record<string, string>>;
}

const MAX_REDIRECTS = 5;

/** The address that errors show. */
export function hubUrl({ endpoint }: Pick<HubSettings, 'endpoint'>, path: string): URL {
  return new URL(`${endpoint.replace(/\/+$/, '')}/${path}`);
}

/**
 * Asks the hub, follows its redirects, and hands the answer to `read`.
 *
 * The token goes to the endpoint's own origin; storage that a redirect leads to does not see it.
 *
 * @throws {TransientFailure} the connection failed, or the hub says to try later
 * @throws {ModelAccessError} 401 or 403
 * @throws {DownloadError} redirected without end, or to where a connection is not safe
 */
export async function hubRequest<Result>(
  settings: HubSettings,
  request: HubRequest,
  signal: AbortSignal | undefined,
  read: (answer: HttpAnswer) => Promise<Result>,
): Promise<Result> {
  const start = hubUrl(settings, request.path);
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const call = {
      url,
      method: 'GET' as const,
      headers: headersFor(url, start, settings, request),
      timeoutMs: settings.timeoutMs,
      signal,
      fetch: settings.fetch ?? fetch,
      failure: (problem: string, cause?: unknown) => new DownloadError({ url: start.href, problem, cause }),
    };
    const outcome = await httpCall(call, async (answer) => {
      const next = redirectOf(answer, url, start);
      if (next) return { next };
      expectAllowed(answer, settings, request, start);
      return { result: await read(answer) };
    });
    if ('result' in outcome) return outcome.result;
    url = outcome.next;
  }
  throw unsafe(start, `it redirects more than ${MAX_REDIRECTS} times`);
}

function headersFor(url: URL, start: URL, { token }: HubSettings, { headers }: HubRequest): Record<string, string> {
  const own = token !== undefined && url.origin === start.origin ? { authorization: `Bearer ${token}` } : {};
  // Compressed on the way, neither lengths nor ranges would be those of the file.
  return { 'accept-encoding': 'identity', 'user-agent': 'sluice', ...headers, ...own };
}

function redirectOf({ status, headers }: HttpAnswer, url: URL, start: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined;
  const location = headers.get('location') ?? '';
  const next = URL.canParse(location, url.href) ? new URL(location, url.href) : undefined;
  if (location === '' || !next) throw unsafe(start, 'it redirects to no address');
  const kept = next.protocol === 'https:' || next.protocol === start.protocol;
  if (!kept || next.username !== '' || next.password !== '') throw unsafe(start, 'it redirects to an unsafe address');
  return next;
}

function unsafe(url: URL, problem: string): DownloadError {
  return new DownloadError({ url: url.href, problem, advice: 'Check the endpoint (`endpoint`, or HF_ENDPOINT).' });
}

function expectAllowed({ status, headers }: HttpAnswer, settings: HubSettings, request: HubRequest, start: URL): void {
  if (status === 401 || status === 403) {
    const token = settings.token === undefined ? 'none' : 'sent';
    throw new ModelAccessError({ model: request.model, endpoint: settings.endpoint, status, token });
  }
  if (!isTransientStatus(status)) return;
  throw new TransientFailure(new DownloadError({ url: start.href, problem: `the hub answered ${status}`, status }), {
    retryAfterMs: retryAfterMs(headers, Date.now()),
  });
}
