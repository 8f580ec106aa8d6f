import { TransientFailure } from './transient-failure.js';

/** One request, and what becomes of its failures. */
export interface HttpCall {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds without a byte after which the call has failed. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly fetch: typeof fetch;
  /** The error that a caller sees. `problem` is a fragment: `the connection failed`. */
  failure(problem: string, cause?: unknown): Error;
}

/** An answer whose body is read as it comes. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** May be read once; what is not read is thrown away. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Makes a request and hands its answer to `read`. Redirects are answers too: whoever follows one decides what to send.
 *
 * @throws {TransientFailure} the connection failed, broke, or went silent
 * @throws the signal's `reason`, once it has fired
 * @throws what `read` throws
 */
export async function httpCall<Result>(call: HttpCall, read: (answer: HttpAnswer) => Promise<Result>): Promise<Result> {
  call.signal?.throwIfAborted();
  const watchdog = new Watchdog(call.timeoutMs);
  const signal = call.signal ? AbortSignal.any([call.signal, watchdog.signal]) : watchdog.signal;
  const failed = (cause: unknown): unknown => {
    if (call.signal?.aborted) return call.signal.reason;
    const silent = `nothing came for ${call.timeoutMs} ms`;
    return new TransientFailure(call.failure(watchdog.signal.aborted ? silent : problemOf(cause), cause));
  };
  try {
    const { method, headers, body } = call;
    const init = { method, headers, signal, redirect: 'manual' as const, ...(body === undefined ? {} : { body }) };
    const response = await call.fetch(call.url, init).catch((cause: unknown) => {
      throw failed(cause);
    });
    try {
      return await read({
        status: response.status,
        headers: response.headers,
        body: chunksOf(response, watchdog, failed),
      });
    } finally {
      if (response.body && !response.body.locked) await response.body.cancel().catch(() => undefined);
    }
  } finally {
    watchdog.stop();
  }
}

/** Fires when it has not been touched for a while. */
class Watchdog {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(timeoutMs: number) {
    this.#timer = setTimeout(() => this.#controller.abort(), timeoutMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  touch(): void {
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

async function* chunksOf(
  { body }: Response,
  watchdog: Watchdog,
  failed: (cause: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  try {
    while (true) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw failed(cause);
      });
      if (done) return;
      watchdog.touch();
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The system's word for it (`ECONNREFUSED`): messages may quote addresses and headers. */
function problemOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return `the connection failed (${cause.code})`;
  }
  return 'the connection failed';
}
