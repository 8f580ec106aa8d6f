import { threadTurn, type WorkingTurn } from './working-turn.js';

/** Longest that a long computation keeps the event loop, in milliseconds: below the 10 that callers are promised. */
const SLICE_MS = 6;

/**
 * Lets other work run between the steps of a long computation.
 *
 * Ask {@link Pace.due} after each step (it reads a clock, about 50 ns) and await {@link Pace.rest} when it is true. A
 * step should take well below 4 ms. One that is made in a turn in which others were made counts what they took.
 */
export class Pace {
  readonly #signal: AbortSignal | undefined;
  readonly #turn: WorkingTurn;
  #started: number;

  /**
   * @param turn of the event loop that it works in; for tests of time
   * @throws the signal's `reason`, if it has fired
   */
  constructor(signal?: AbortSignal, turn: WorkingTurn = threadTurn) {
    this.#signal = signal;
    this.#turn = turn;
    this.#started = turn.began();
    signal?.throwIfAborted();
  }

  /** Whether the event loop has been held for 6 milliseconds. */
  get due(): boolean {
    return this.#turn.now() - this.#started >= SLICE_MS;
  }

  /**
   * Waits for one turn of the event loop.
   *
   * @throws the signal's `reason`, once it has fired
   */
  async rest(): Promise<void> {
    await this.#turn.next();
    this.#signal?.throwIfAborted();
    // Not the turn's beginning: of several that rest together, each has a slice of its own.
    this.#started = this.#turn.now();
    this.#turn.began();
  }
}
