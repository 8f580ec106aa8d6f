import { Pace } from '@sluice/core';

/**
 * `map` of every item, in order and one after another, giving up the thread whenever a {@link Pace} is due: `mapInSlices`
 * where an answer may have to be waited for.
 *
 * @throws the signal's `reason`, once it has fired
 */
export async function eachInSlices<Input, Output>(
  items: readonly Input[],
  map: (item: Input) => Output | Promise<Output>,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Output[]> {
  const results: Output[] = [];
  const pace = new Pace(signal);
  for (const item of items) {
    if (pace.due) await pace.rest();
    signal?.throwIfAborted();
    results.push(await map(item));
  }
  return results;
}
