import type { OnProgress } from '@sluice/core';

/**
 * Progress of several that work on the same documents side by side: as many are done as the slowest has.
 *
 * @param count how many work, at least 1
 * @param report told how many documents all have finished, whenever that grows
 * @returns what each of them reports to, by its number from 0
 */
export function slowestProgress(count: number, report: (done: number) => void): (worker: number) => OnProgress {
  const finished = new Array<number>(count).fill(0);
  let reported = 0;
  return (worker) =>
    ({ done }) => {
      finished[worker] = done;
      const slowest = Math.min(...finished);
      if (slowest <= reported) return;
      reported = slowest;
      report(slowest);
    };
}
