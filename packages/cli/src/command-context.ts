import type { OnProgress } from '@sluice/core';
import { progressDisplay } from './terminal/progress-display.js';
import type { Terminal } from './terminal/terminal.js';

/** What every command works with. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal;
  /** A command that worked and still has bad news (`check`) sets another code. */
  readonly outcome: { exitCode: number };
}

/** Runs `work` with progress shown, and takes the display down however it ends. */
export async function withProgress<Result>(
  { terminal }: CommandContext,
  work: (onProgress: OnProgress) => Promise<Result>,
): Promise<Result> {
  const display = progressDisplay(terminal);
  try {
    return await work(display.onProgress);
  } finally {
    display.stop();
  }
}

/** Prints a value for machines: one JSON document and a line end. */
export function printJson({ terminal }: CommandContext, value: unknown): void {
  terminal.out(`${JSON.stringify(value, null, 2)}\n`);
}
