const BUCKETS = 1024;

/**
 * Puts windows into falling order of their bounds, to within a 1,024th of the largest bound: enough to stop early, in
 * two passes. Owns its memory: one for one thread.
 */
export class WindowOrder {
  /** Windows with a bound above 0: the first {@link count}, until the next `sort`. */
  readonly windows: Uint32Array;
  count = 0;
  /** How far a later window's bound may be above an earlier one's. */
  slack = 0;
  readonly #keys: Uint16Array;
  readonly #starts = new Uint32Array(BUCKETS + 1);

  /** @param windows how many there are */
  constructor(windows: number) {
    this.windows = new Uint32Array(windows);
    this.#keys = new Uint16Array(windows);
  }

  /** @param bounds by window: at least 0, finite */
  sort(bounds: Float64Array): void {
    let most = 0;
    for (let window = 0; window < bounds.length; window++) {
      const bound = bounds[window] ?? 0;
      if (bound > most) most = bound;
    }
    // Twice a bucket's width: room for the rounding of the keys.
    this.slack = (2 * most) / BUCKETS;
    const starts = this.#starts.fill(0);
    for (let window = 0; window < bounds.length; window++) {
      const bound = bounds[window] ?? 0;
      if (bound === 0) continue;
      const key = BUCKETS - 1 - Math.floor((bound / most) * (BUCKETS - 1));
      this.#keys[window] = key;
      starts[key + 1] = (starts[key + 1] ?? 0) + 1;
    }
    for (let key = 1; key <= BUCKETS; key++) starts[key] = (starts[key] ?? 0) + (starts[key - 1] ?? 0);
    this.count = starts[BUCKETS] ?? 0;
    for (let window = 0; window < bounds.length; window++) {
      if (bounds[window] === 0) continue;
      const key = this.#keys[window] ?? 0;
      const place = starts[key] ?? 0;
      starts[key] = place + 1;
      this.windows[place] = window;
    }
  }
}
