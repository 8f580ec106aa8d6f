import { nextTurn } from './next-turn.js';

/** Longest that a long computation keeps the event loop, in milliseconds: below the 10 that callers are promised. */
const SLICE_MS = 6;

/**
 * Lets other work run between the steps of a long computation.
 *
 * Ask {@link Pace.due} after each step (it reads a clock, about 50 ns) and await {@link Pace.rest} when it is true. A
 * step should take well below 4 ms.
 */
export class Pace {
  readonly #signal: AbortSignal | undefined;
  #started: number = performance.now();

  /** @throws the signal's `reason`, if it has fired */
  constructor(signal?: AbortSignal) {
    this.#signal = signal;
    signal?.throwIfAborted();
  }

  /** Whether the event loop has been held for 6 milliseconds. */
  get due(): boolean {
    return performance.now() - this.#started >= SLICE_MS;
  }

  /**
   * Waits for one turn of the event loop.
   *
   * @throws the signal's `reason`, once it has fired
   */
  async rest(): Promise<void> {
    await nextTurn();
    this.#signal?.throwIfAborted();
    this.#started = performance.now();
  }
}
