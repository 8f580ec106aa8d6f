import { nextTurn } from './next-turn.js';

/** Longest that a long computation keeps the event loop, in milliseconds: below the 10 that callers are promised. */
const SLICE_MS = 6;

/** When the work that this turn of the event loop is doing began; `undefined` once another turn has come. */
let turnBegan: number | undefined;

/**
 * Since when this turn of the event loop is known to be at work. Computations that follow each other without a turn
 * between them share it: each would be within its slice, and all of them together hold the loop for as long as they last.
 */
function turnBeginning(): number {
  const now = performance.now();
  // A clock that went back was replaced, as tests do: what was read from the one before says nothing.
  if (turnBegan === undefined || now < turnBegan) {
    turnBegan = now;
    void nextTurn().then(() => {
      turnBegan = undefined;
    });
  }
  return turnBegan;
}

/**
 * Lets other work run between the steps of a long computation.
 *
 * Ask {@link Pace.due} after each step (it reads a clock, about 50 ns) and await {@link Pace.rest} when it is true. A
 * step should take well below 4 ms. One that is made in a turn in which others were made counts what they took.
 */
export class Pace {
  readonly #signal: AbortSignal | undefined;
  #started: number = turnBeginning();

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
    // Not the turn's beginning: of several that rest together, each has a slice of its own.
    this.#started = performance.now();
    turnBeginning();
  }
}
