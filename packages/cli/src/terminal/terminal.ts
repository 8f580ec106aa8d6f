/** Where a command writes; replaced in tests. */
export interface Terminal {
  /** The answer: what a pipe receives. Ends its own lines. */
  out(text: string): void;
  /** Everything else: progress, warnings, errors. */
  err(text: string): void;
  /** Whether progress may be drawn as a bar that rewrites its line. */
  readonly drawsBars: boolean;
  /** Whether the answer may be coloured. */
  readonly colours: boolean;
  /** Characters in a line of the answer. */
  readonly width: number;
}

/** The process's own terminal. `NO_COLOR` is obeyed. */
export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    drawsBars: process.stderr.isTTY === true,
    colours: process.stdout.isTTY === true && !process.env.NO_COLOR,
    width: process.stdout.columns ?? 100,
  };
}
