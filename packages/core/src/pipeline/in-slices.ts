import { Pace } from '../pacing/pace.js';

/**
 * `map` of every item, in order, giving up the thread whenever a {@link Pace} is due.
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
  const pace = new Pace(signal);
  for (const [at, item] of items.entries()) {
    if (pace.due) await pace.rest();
    signal?.throwIfAborted();
    results.push(map(item, at));
  }
  return results;
}
