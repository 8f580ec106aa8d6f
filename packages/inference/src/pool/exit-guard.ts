import { type RunState, stopRuns } from '../worker/run-state.js';

// The process has one exit, so this list is the process's: one listener serves every worker.
const guarded = new Set<RunState>();

/**
 * Makes the process wait, on its way out, for the native run that `state` stands for; the exit code is kept.
 *
 * Node ends worker threads when the process exits, and a thread that is ended inside ONNX Runtime aborts the process.
 */
export function guardExit(state: RunState): void {
  if (guarded.size === 0) process.on('exit', stopAll);
  guarded.add(state);
}

/** Takes a worker that has ended off the list. */
export function unguardExit(state: RunState): void {
  guarded.delete(state);
  if (guarded.size === 0) process.off('exit', stopAll);
}

function stopAll(): void {
  for (const state of guarded) stopRuns(state);
}
