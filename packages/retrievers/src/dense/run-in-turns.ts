import { nextTurn } from '@sluice/core';

/** The longest that a thread is held at a time, leaving some of the 10 ms that a library may take. */
const TURN_MS = 8;

/**
 * Runs steps to their end, with a turn of the event loop whenever 8 ms have passed.
 *
 * @param steps each much shorter than that; closed when the signal fires
 * @throws the signal's `reason`, once it has fired
 */
export async function runInTurns<Result>(
  steps: Generator<undefined, Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  // A generator that is left unfinished still owns kernel memory: `using` is not in Node 20.
  try {
    for (;;) {
      const end = performance.now() + TURN_MS;
      while (performance.now() < end) {
        const step = steps.next();
        if (step.done) return step.value;
      }
      await nextTurn();
      signal?.throwIfAborted();
    }
  } finally {
    closeSteps(steps);
  }
}

/** Runs what the steps left in `finally`. The value is no one's: the generator has ended or was given up. */
function closeSteps(steps: Generator<undefined, unknown>): void {
  steps.return(undefined);
}
