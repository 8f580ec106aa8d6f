import { CommanderError } from 'commander';
import { createProgram } from './program.js';
import { exitCodes, failureOf, processTerminal, type Terminal } from './terminal/index.js';

/**
 * Runs the command line and sets the process's exit code; never exits by itself, so that output is flushed and
 * native threads end in order.
 *
 * @param argv as `process.argv`: the first two are passed over
 */
export async function main(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<void> {
  const abort = new AbortController();
  const interrupt = (): void => abort.abort(new Error('interrupted'));
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const output = watchOutput(terminal);
  try {
    const exitCode = await run(argv, terminal, abort.signal);
    process.exitCode = output.failed ? exitCodes.failed : exitCode;
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** Streams fail by event, now or after the command: an answer that was not written is a failure. */
function watchOutput(terminal: Terminal): { readonly failed: boolean } {
  const output = { failed: false };
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that closes the pipe early (`| head`) has what it wanted.
    if (error.code === 'EPIPE' || output.failed) return;
    output.failed = true;
    process.exitCode = exitCodes.failed;
    terminal.err(`The output could not be written (${error.code}). Check the disk that it goes to.\n`);
  });
  // Nobody is left to tell.
  process.stderr.on('error', () => undefined);
  return output;
}

/** Runs the command line and returns its exit code. */
export async function run(argv: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<number> {
  const outcome = { exitCode: exitCodes.done as number };
  const program = createProgram({ terminal, signal, outcome });
  try {
    await program.parseAsync([...argv]);
    return outcome.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const { exitCode, message } = failureOf(error, signal.aborted);
    terminal.err(`${message}\n`);
    if (program.opts<{ debug?: boolean }>().debug === true && error instanceof Error)
      terminal.err(`${debugText(error)}\n`);
    return exitCode;
  }
}

function debugText(error: Error): string {
  const cause = error.cause instanceof Error ? `\nCaused by: ${debugText(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
