const STEP = 4096;

/**
 * Sorts 0 to `size - 1`, by merging from the bottom up: stable, in time that does not depend on the input's order.
 *
 * Yields after every 4,096 numbers moved: drive it with `paced`. Returns the sorted numbers.
 *
 * @param compare negative, 0 or positive, of two of the numbers
 */
export function* sortSteps(
  size: number,
  compare: (left: number, right: number) => number,
): Generator<void, Uint32Array> {
  let source = new Uint32Array(size);
  for (let at = 0; at < size; at++) source[at] = at;
  let target = new Uint32Array(size);
  let moved = 0;
  for (let width = 1; width < size; width *= 2) {
    for (let start = 0; start < size; start += 2 * width) {
      const middle = Math.min(start + width, size);
      const end = Math.min(start + 2 * width, size);
      let left = start;
      let right = middle;
      for (let at = start; at < end; at++) {
        const a = source[left] ?? 0;
        const b = source[right] ?? 0;
        const takeLeft = left < middle && (right >= end || compare(a, b) <= 0);
        target[at] = takeLeft ? a : b;
        if (takeLeft) left++;
        else right++;
        if (++moved % STEP === 0) yield;
      }
    }
    [source, target] = [target, source];
  }
  return source;
}
