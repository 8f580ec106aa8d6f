import type { OnProgress, Progress } from '@sluice/core';
import { SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.js';

/** Shows the progress of one command and is told when the work is over. */
export interface ProgressDisplay {
  readonly onProgress: OnProgress;
  /** Ends a bar's line. May be called twice. */
  stop(): void;
}

/** A bar where standard error is a terminal; elsewhere one plain line every two seconds. */
export function progressDisplay(terminal: Terminal, clock: () => number = () => performance.now()): ProgressDisplay {
  return terminal.drawsBars ? barDisplay(clock) : lineDisplay(terminal, clock);
}

const BAR_INTERVAL_MS = 100;
/** Work that ends sooner needs no line. */
const LINE_INTERVAL_MS = 2000;

function barDisplay(clock: () => number): ProgressDisplay {
  let bar: SingleBar | undefined;
  let phase = '';
  let shownAt = 0;
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
  };
  return {
    onProgress(progress) {
      if (progress.phase !== phase || !bar) {
        stop();
        phase = progress.phase;
        bar = new SingleBar({ format: formatOf(progress), hideCursor: true, stream: process.stderr });
        bar.start(progress.total ?? 0, progress.done);
      }
      if (clock() - shownAt < BAR_INTERVAL_MS && progress.done !== progress.total) return;
      shownAt = clock();
      if (progress.total !== undefined) bar.setTotal(progress.total);
      bar.update(progress.done);
    },
    stop,
  };
}

function formatOf({ phase, total, unit }: Progress): string {
  return total === undefined
    ? `${phase} {value} ${unit}, {duration_formatted}`
    : `${phase} {bar} {percentage} %, {value}/{total} ${unit}, {eta_formatted} left`;
}

function lineDisplay(terminal: Terminal, clock: () => number): ProgressDisplay {
  let phase = '';
  let startedAt = 0;
  let shownAt = 0;
  return {
    onProgress(progress) {
      const now = clock();
      if (progress.phase !== phase) {
        phase = progress.phase;
        startedAt = now;
        shownAt = now;
      }
      const ends = progress.done === progress.total && now - startedAt >= LINE_INTERVAL_MS;
      if (!ends && now - shownAt < LINE_INTERVAL_MS) return;
      shownAt = now;
      terminal.err(`${lineOf(progress, (now - startedAt) / 1000)}\n`);
    },
    stop() {},
  };
}

function lineOf({ phase, done, total, unit }: Progress, seconds: number): string {
  const count = total === undefined ? `${done}` : `${done}/${total}`;
  const rate = seconds > 0 && done > 0 ? `, ${Math.round(done / seconds)} a second` : '';
  return `${phase}: ${count} ${unit}${rate}`;
}
