const sliceMs = 8;

/** Lets timers, sockets and other requests have their turn. `setImmediate` is not in browsers. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve);
  });

/**
 * `map` of every item, in order, giving up the thread every 8 milliseconds.
 *
 * For work over many queries that would block the event loop; one call of `map` should be well below that.
 *
 * @throws the signal's `reason`, once it has fired
 */
export async function mapInSlices<Input, Output>(
  items: readonly Input[],
  map: (item: Input, at: number) => Output,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Output[]> {
  const results: Output[] = [];
  let sliceEnds = performance.now() + sliceMs;
  for (const [at, item] of items.entries()) {
    if (performance.now() >= sliceEnds) {
      await turn();
      sliceEnds = performance.now() + sliceMs;
    }
    signal?.throwIfAborted();
    results.push(map(item, at));
  }
  return results;
}
