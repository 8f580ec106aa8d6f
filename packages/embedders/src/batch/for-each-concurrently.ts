/**
 * Runs `work` on each item, at most `limit` at a time. The first failure stops the others; all have ended when this
 * does.
 *
 * @throws what failed first
 * @throws the signal's `reason`, once it has fired
 */
export async function forEachConcurrently<Item>(
  items: Iterable<Item>,
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal | undefined },
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const left = items[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    try {
      for (let next = left.next(); !next.done; next = left.next()) {
        either.throwIfAborted();
        await work(next.value, either);
      }
    } catch (error) {
      stop.abort(error);
    }
  };
  await Promise.all(Array.from({ length: limit }, lane));
  signal?.throwIfAborted();
  if (stop.signal.aborted) throw stop.signal.reason;
}
