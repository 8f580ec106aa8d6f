const SLICE_MS = 8;

/** Tells long work on the main thread when to let timers, sockets and other requests have their turn. */
export class TimeSlice {
  readonly #signal: AbortSignal | undefined;
  #endsAt = performance.now() + SLICE_MS;

  /** @param signal asked at the end of each slice */
  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** Whether the work has gone on for 8 milliseconds since the start or the last turn. */
  get isOver(): boolean {
    return performance.now() >= this.#endsAt;
  }

  /**
   * Gives up the thread for a turn of the event loop.
   *
   * @throws the signal's `reason`, once it has fired
   */
  async yield(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (typeof setImmediate === 'function') setImmediate(resolve);
      else setTimeout(resolve);
    });
    this.#signal?.throwIfAborted();
    this.#endsAt = performance.now() + SLICE_MS;
  }
}
