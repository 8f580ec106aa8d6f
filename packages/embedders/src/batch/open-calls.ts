import { ClosedError } from '@sluice/inference';

/** The calls of something that can be closed: closing stops them, and waits until they have let go of it. */
export class OpenCalls {
  readonly #owner: string;
  readonly #open = new Map<AbortController, Promise<unknown>>();
  #closed = false;

  /** @param owner who is closed, for the error */
  constructor(owner: string) {
    this.#owner = owner;
  }

  /**
   * Runs `work` under a signal that fires with `signal`, and with {@link close}.
   *
   * @throws {ClosedError} it is closed already
   * @throws what `work` throws
   */
  async run<Result>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    if (this.#closed) throw new ClosedError({ owner: this.#owner });
    // One for each call: signals made of one that lives as long as a model are kept as long as it.
    const stop = new AbortController();
    const call = work(signal ? AbortSignal.any([signal, stop.signal]) : stop.signal);
    this.#open.set(stop, call);
    try {
      return await call;
    } finally {
      this.#open.delete(stop);
    }
  }

  /** Refuses further calls, fires the signals of open ones with a {@link ClosedError}, and waits for their end. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const stop of this.#open.keys()) stop.abort(new ClosedError({ owner: this.#owner }));
    await Promise.allSettled(this.#open.values());
  }
}
