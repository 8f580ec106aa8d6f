/** Puts a score into a heap of the best k, the least at the root. @returns how many it has */
export function keepBest(heap: usize, size: usize, k: usize, score: f32): usize {
  if (size < k) {
    let at = size;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = load<f32>(heap + (parent << 2));
      if (score >= above) break;
      store<f32>(heap + (at << 2), above);
      at = parent;
    }
    store<f32>(heap + (at << 2), score);
    return size + 1;
  }
  let at: usize = 0;
  for (;;) {
    let child: usize = (at << 1) + 1;
    if (child >= size) break;
    let least = load<f32>(heap + (child << 2));
    if (child + 1 < size && load<f32>(heap + (child << 2), 4) < least) {
      child += 1;
      least = load<f32>(heap + (child << 2));
    }
    if (score <= least) break;
    store<f32>(heap + (at << 2), least);
    at = child;
  }
  store<f32>(heap + (at << 2), score);
  return size;
}
