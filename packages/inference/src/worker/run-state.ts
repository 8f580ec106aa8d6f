// What a worker is doing, as one number in shared memory:
// idle → running → idle → ... → stopped. Only an idle worker can be stopped, and a stopped one never runs again.
const IDLE = 0;
const RUNNING = 1;
const STOPPED = 2;

/** A worker's state, shared between it and the thread that started it. */
export type RunState = Int32Array<SharedArrayBuffer>;

/** A state of its own, idle. */
export function runState(): RunState {
  return new Int32Array(new SharedArrayBuffer(4));
}

/**
 * Runs native work marked as such. Called in the worker.
 *
 * Ending a thread in the middle of native work aborts the process, so {@link stopRuns} waits for the mark to go.
 * After a stop, nothing is begun and the promise never settles: the thread is about to end.
 */
export async function whileRunning<T>(state: RunState, work: () => Promise<T>): Promise<T> {
  if (Atomics.compareExchange(state, 0, IDLE, RUNNING) !== IDLE) return new Promise<T>(() => undefined);
  try {
    return await work();
  } finally {
    Atomics.store(state, 0, IDLE);
    Atomics.notify(state, 0);
  }
}

/** Waits for the native work under way, blocking this thread, and forbids any after it. */
export function stopRuns(state: RunState): void {
  while (Atomics.compareExchange(state, 0, IDLE, STOPPED) === RUNNING) Atomics.wait(state, 0, RUNNING);
}
