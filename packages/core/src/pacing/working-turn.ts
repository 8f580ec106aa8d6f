import { nextTurn } from './next-turn.js';

/** How a turn of the event loop is told from the next one. */
export interface TurnClock {
  /** In milliseconds. */
  now(): number;
  /** Fulfilled in the next turn. */
  next(): Promise<void>;
}

/**
 * Since when a turn of the event loop is known to be at work: since the first computation in it asked.
 *
 * Computations that follow each other without a turn between them share it: each would be within its slice, and all of
 * them together hold the loop for as long as they last.
 */
export class WorkingTurn {
  readonly #clock: TurnClock;
  #began: number | undefined;

  constructor(clock: TurnClock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  /** Waits for the next turn, whoever began the work of this one. */
  next(): Promise<void> {
    return this.#clock.next();
  }

  /** In milliseconds of {@link now}. */
  began(): number {
    const now = this.#clock.now();
    // A clock that went back was replaced, as tests do: what was read from the one before says nothing.
    if (this.#began === undefined || now < this.#began) {
      this.#began = now;
      void this.#clock.next().then(() => {
        this.#began = undefined;
      });
    }
    return this.#began;
  }
}

/** That of this thread, which has one event loop, shared by all that run in it. */
export const threadTurn: WorkingTurn = new WorkingTurn({ now: () => performance.now(), next: nextTurn });
