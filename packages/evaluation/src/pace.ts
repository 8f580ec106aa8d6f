/** Longest time that a long computation keeps the event loop, in milliseconds: below the 10 ms that callers are promised. */
const SLICE_MS = 6;

/**
 * Lets other work run between the steps of a long computation.
 *
 * Call {@link Pace.due} often (it reads a clock) and await {@link Pace.rest} when it is true.
 */
export class Pace {
  readonly #signal: AbortSignal | undefined;
  #started: number = performance.now();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
    signal?.throwIfAborted();
  }

  /** Whether the event loop has been held long enough. */
  get due(): boolean {
    return performance.now() - this.#started >= SLICE_MS;
  }

  /**
   * Waits for one turn of the event loop.
   *
   * @throws the signal's `reason`, once it has fired
   */
  async rest(): Promise<void> {
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    this.#signal?.throwIfAborted();
    this.#started = performance.now();
  }
}

/** Runs a computation that yields between its steps, resting when it is due. */
export async function paced<Result>(steps: Generator<void, Result>, signal?: AbortSignal): Promise<Result> {
  const pace = new Pace(signal);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (pace.due) await pace.rest();
  }
}

/** Runs a computation that yields between its steps, at once: for inputs that are known to be small. */
export function unpaced<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
