import { Pace } from './pace.js';

/**
 * Runs a computation that yields between its steps, resting when it is due.
 *
 * @throws the signal's `reason`, once it has fired; the computation is then ended where it is, by the same error
 */
export async function paced<Result>(steps: Generator<void, Result>, signal?: AbortSignal): Promise<Result> {
  const pace = new Pace(signal);
  for (;;) {
    // Before the first step too: short computations, one after another, are a long one.
    if (pace.due) {
      try {
        await pace.rest();
      } catch (reason) {
        steps.throw(reason);
        throw reason;
      }
    }
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Runs a computation that yields between its steps, at once: for inputs that are known to be small. */
export function unpaced<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
