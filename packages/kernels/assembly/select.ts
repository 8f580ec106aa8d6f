// A heap of the best so far: the worst at the root. Worse is a lower score, or the same score and a larger ordinal.

// @ts-ignore: decorator
@inline
function worse(score: f32, ordinal: u32, than: f32, thanOrdinal: u32): bool {
  return score < than || (score == than && ordinal > thanOrdinal);
}

function siftUp(scores: usize, ordinals: usize, at: usize, score: f32, ordinal: u32): void {
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const parentScore = load<f32>(scores + (parent << 2));
    const parentOrdinal = load<u32>(ordinals + (parent << 2));
    if (!worse(score, ordinal, parentScore, parentOrdinal)) break;
    store<f32>(scores + (at << 2), parentScore);
    store<u32>(ordinals + (at << 2), parentOrdinal);
    at = parent;
  }
  store<f32>(scores + (at << 2), score);
  store<u32>(ordinals + (at << 2), ordinal);
}

function siftDown(scores: usize, ordinals: usize, size: usize, score: f32, ordinal: u32): void {
  let at: usize = 0;
  for (;;) {
    let child: usize = (at << 1) + 1;
    if (child >= size) break;
    let childScore = load<f32>(scores + (child << 2));
    let childOrdinal = load<u32>(ordinals + (child << 2));
    if (child + 1 < size) {
      const rightScore = load<f32>(scores + (child << 2), 4);
      const rightOrdinal = load<u32>(ordinals + (child << 2), 4);
      if (worse(rightScore, rightOrdinal, childScore, childOrdinal)) {
        child += 1;
        childScore = rightScore;
        childOrdinal = rightOrdinal;
      }
    }
    if (!worse(childScore, childOrdinal, score, ordinal)) break;
    store<f32>(scores + (at << 2), childScore);
    store<u32>(ordinals + (at << 2), childOrdinal);
    at = child;
  }
  store<f32>(scores + (at << 2), score);
  store<u32>(ordinals + (at << 2), ordinal);
}

// @ts-ignore: decorator
@inline
function passes(filter: usize, ordinal: u32): bool {
  return filter == 0 || ((load<u32>(filter + ((ordinal >> 5) << 2)) >> (ordinal & 31)) & 1) != 0;
}

function offerOne(
  scores: usize, n: usize, names: usize, filter: usize, bestScores: usize, bestOrdinals: usize, k: usize, size: usize,
): usize {
  let at: usize = 0;
  for (; at < n && size < k; at++) {
    const ordinal = load<u32>(names + (at << 2));
    if (!passes(filter, ordinal)) continue;
    siftUp(bestScores, bestOrdinals, size, load<f32>(scores + (at << 2)), ordinal);
    size += 1;
  }
  let bound = load<f32>(bestScores);
  while (at < n) {
    if (at + 4 <= n) {
      const reached = f32x4.ge(v128.load(scores + (at << 2)), f32x4.splat(bound));
      if (!v128.any_true(reached)) {
        at += 4;
        continue;
      }
    }
    const end = min(at + 4, n);
    for (; at < end; at++) {
      const score = load<f32>(scores + (at << 2));
      if (score < bound) continue;
      const ordinal = load<u32>(names + (at << 2));
      if (!worse(bound, load<u32>(bestOrdinals), score, ordinal) || !passes(filter, ordinal)) continue;
      siftDown(bestScores, bestOrdinals, size, score, ordinal);
      bound = load<f32>(bestScores);
    }
  }
  return size;
}

export function offer(
  scores: usize, names: usize, filter: usize, bestScores: usize, bestOrdinals: usize, sizes: usize,
  q: usize, n: usize, k: usize,
): void {
  for (let i: usize = 0; i < q; i++) {
    const size = offerOne(
      scores + ((i * n) << 2), n, names, filter, bestScores + ((i * k) << 2), bestOrdinals + ((i * k) << 2), k,
      load<u32>(sizes + (i << 2)),
    );
    store<u32>(sizes + (i << 2), <u32>size);
  }
}

/** Turns each heap into a list, best first: the root, the worst left, goes to the end of what is left. */
export function sortBest(bestScores: usize, bestOrdinals: usize, sizes: usize, q: usize, k: usize): void {
  for (let i: usize = 0; i < q; i++) {
    const scores = bestScores + ((i * k) << 2);
    const ordinals = bestOrdinals + ((i * k) << 2);
    for (let left: usize = load<u32>(sizes + (i << 2)); left > 1; left--) {
      const last = (left - 1) << 2;
      const score = load<f32>(scores + last);
      const ordinal = load<u32>(ordinals + last);
      store<f32>(scores + last, load<f32>(scores));
      store<u32>(ordinals + last, load<u32>(ordinals));
      siftDown(scores, ordinals, left - 1, score, ordinal);
    }
  }
}

/** Integers become scores in place: `value * queryScale * rowScale`. */
export function scaleIntegers(values: usize, rowScales: usize, queryScales: usize, q: usize, n: usize): void {
  for (let i: usize = 0; i < q; i++) {
    const scale = load<f32>(queryScales + (i << 2));
    const start = values + ((i * n) << 2);
    let at: usize = 0;
    for (; at + 4 <= n; at += 4) {
      const scores = f32x4.mul(f32x4.convert_i32x4_s(v128.load(start + (at << 2))), f32x4.splat(scale));
      v128.store(start + (at << 2), f32x4.mul(scores, v128.load(rowScales + (at << 2))));
    }
    for (; at < n; at++) {
      const score = <f32>load<i32>(start + (at << 2)) * scale;
      store<f32>(start + (at << 2), score * load<f32>(rowScales + (at << 2)));
    }
  }
}

/** Scores beyond a bound by a rounding become the bound. */
export function clampScores(scores: usize, n: usize, minimum: f32, maximum: f32): void {
  let at: usize = 0;
  for (; at + 4 <= n; at += 4) {
    const raised = f32x4.max(v128.load(scores + (at << 2)), f32x4.splat(minimum));
    v128.store(scores + (at << 2), f32x4.min(raised, f32x4.splat(maximum)));
  }
  for (; at < n; at++) {
    store<f32>(scores + (at << 2), min<f32>(max<f32>(load<f32>(scores + (at << 2)), minimum), maximum));
  }
}
