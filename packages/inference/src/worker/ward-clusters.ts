import { unpaced } from '@sluice/core';

/**
 * Cuts points into clusters by Ward's method: those two are merged whose merging adds least to the squared distances,
 * until `clusters` are left.
 *
 * Source: nearest-neighbour chains (Müllner, arXiv 1109.2378), with the Lance-Williams update on distances, as SciPy's
 * `linkage(distances, 'ward')`. Where distances are equal, the pair found first is merged first. Cost: O(n^2) in time;
 * the distances take 8 n^2 bytes, 2 MiB for 512 points.
 *
 * @param distances n x n, row-major, symmetric, none negative; overwritten
 * @param clusters 1 to n
 * @returns a number from 0 to `clusters - 1` for each point, in the order of the clusters' first points
 */
export function wardClusters(distances: Float64Array, n: number, clusters: number): Uint32Array {
  return unpaced(wardClusterSteps(distances, n, clusters));
}

/** As {@link wardClusters}, in steps that take time in proportion to n. */
export function* wardClusterSteps(
  distances: Float64Array,
  n: number,
  clusters: number,
): Generator<undefined, Uint32Array> {
  const merges = yield* chainMerges(distances, n);
  const order = [...merges.heights.keys()].sort((a, b) => (merges.heights[a] ?? 0) - (merges.heights[b] ?? 0) || a - b);
  const parents = new Uint32Array(n).map((_, point) => point);
  for (const merge of order.slice(0, n - clusters)) {
    const [left, right] = [rootOf(parents, merges.left[merge] ?? 0), rootOf(parents, merges.right[merge] ?? 0)];
    parents[Math.max(left, right)] = Math.min(left, right);
  }
  return labelsOf(parents);
}

/** n - 1 merges in the order in which the chain finds them: a point of either side, and the distance. */
interface Merges {
  readonly left: Uint32Array;
  readonly right: Uint32Array;
  readonly heights: Float64Array;
}

function* chainMerges(distances: Float64Array, n: number): Generator<undefined, Merges> {
  const count = Math.max(0, n - 1);
  const merges = { left: new Uint32Array(count), right: new Uint32Array(count), heights: new Float64Array(count) };
  // Points in the cluster that a slot stands for; 0 when it was merged away.
  const sizes = new Uint32Array(n).fill(1);
  const chain: number[] = [];
  for (let merge = 0; merge < count; merge++) {
    if (chain.length === 0) chain.push(sizes.findIndex((size) => size > 0));
    for (;;) {
      yield;
      const tip = chain.at(-1) ?? 0;
      const before = chain.at(-2);
      const next = nearest(distances, sizes, tip, before);
      if (next !== before) {
        chain.push(next);
        continue;
      }
      chain.length -= 2;
      const [gone, stays] = [Math.min(tip, next), Math.max(tip, next)];
      merges.left[merge] = gone;
      merges.right[merge] = stays;
      merges.heights[merge] = distances[gone * n + stays] ?? 0;
      mergeInto(distances, sizes, gone, stays);
      break;
    }
  }
  return merges;
}

/** The nearest other cluster; the one before in the chain where it is as near as any. */
function nearest(distances: Float64Array, sizes: Uint32Array, tip: number, before: number | undefined): number {
  const n = sizes.length;
  let best = before ?? -1;
  let least = before === undefined ? Number.POSITIVE_INFINITY : (distances[tip * n + before] ?? 0);
  for (let other = 0; other < n; other++) {
    if (sizes[other] === 0 || other === tip) continue;
    const distance = distances[tip * n + other] ?? 0;
    if (distance >= least) continue;
    least = distance;
    best = other;
  }
  return best;
}

/** Lance-Williams: distances from the union of two clusters to each other one, from what they were. */
function mergeInto(distances: Float64Array, sizes: Uint32Array, gone: number, stays: number): void {
  const n = sizes.length;
  const [goneSize = 0, staysSize = 0] = [sizes[gone], sizes[stays]];
  const between = (distances[gone * n + stays] ?? 0) ** 2;
  sizes[gone] = 0;
  sizes[stays] = goneSize + staysSize;
  for (let other = 0; other < n; other++) {
    const size = sizes[other] ?? 0;
    if (size === 0 || other === stays) continue;
    const fromGone = (goneSize + size) * (distances[gone * n + other] ?? 0) ** 2;
    const fromStays = (staysSize + size) * (distances[stays * n + other] ?? 0) ** 2;
    const squared = (fromGone + fromStays - size * between) / (goneSize + staysSize + size);
    const distance = Math.sqrt(Math.max(0, squared));
    distances[stays * n + other] = distance;
    distances[other * n + stays] = distance;
  }
}

function rootOf(parents: Uint32Array, point: number): number {
  let root = point;
  while (parents[root] !== root) root = parents[root] ?? 0;
  return root;
}

function labelsOf(parents: Uint32Array): Uint32Array {
  const labels = new Uint32Array(parents.length);
  let next = 0;
  for (let point = 0; point < parents.length; point++) {
    const root = rootOf(parents, point);
    // A root is the first point of its cluster.
    labels[point] = root === point ? next++ : (labels[root] ?? 0);
  }
  return labels;
}
