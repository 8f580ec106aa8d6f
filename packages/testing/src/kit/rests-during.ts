/**
 * How often work gave up the event loop, by a clock on which every look finds that it is time to: once for each step, on
 * any machine. For tests that a long computation has steps at all.
 *
 * Replaces `performance.now` until the work is done: nothing else may be timed meanwhile.
 */
export async function restsDuring(work: () => Promise<unknown>): Promise<number> {
  const clock = performance.now;
  let time = clock.call(performance);
  let turns = 0;
  let isAtWork = true;
  const count = (): void => {
    turns++;
    if (isAtWork) setImmediate(count);
  };
  performance.now = () => {
    time += 1000;
    return time;
  };
  setImmediate(count);
  try {
    await work();
  } finally {
    isAtWork = false;
    performance.now = clock;
  }
  return turns;
}
