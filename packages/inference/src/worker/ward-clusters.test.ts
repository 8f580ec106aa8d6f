import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wardClusters } from './ward-clusters.js';

type Point = readonly [number, number];

function distancesOf(points: readonly Point[]): Float64Array {
  return Float64Array.from(points.flatMap(([x, y]) => points.map(([u, v]) => Math.hypot(x - u, y - v))));
}

/** Ward's method by its definition: merge the two clusters whose union has the least additional squared distance. */
function byDefinition(points: readonly Point[], clusters: number): Set<string> {
  let groups = points.map((_, at) => [at]);
  const spread = (group: readonly number[]): number => {
    const of = (axis: 0 | 1): number => {
      const values = group.map((at) => points[at]?.[axis] ?? 0);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    };
    return of(0) + of(1);
  };
  while (groups.length > clusters) {
    let best: { cost: number; pair: readonly [number[], number[]] } | undefined;
    for (const left of groups) {
      for (const right of groups) {
        if (left === right) continue;
        const cost = spread([...left, ...right]) - spread(left) - spread(right);
        if (!best || cost < best.cost) best = { cost, pair: [left, right] };
      }
    }
    const [left, right] = best?.pair ?? [[], []];
    groups = [...groups.filter((group) => group !== left && group !== right), [...left, ...right]];
  }
  return new Set(groups.map((group) => group.toSorted((a, b) => a - b).join()));
}

function groupsOf(labels: Uint32Array): Set<string> {
  const groups = new Map<number, number[]>();
  labels.forEach((label, point) => {
    groups.set(label, [...(groups.get(label) ?? []), point]);
  });
  return new Set([...groups.values()].map((group) => group.join()));
}

// Whole numbers make ties; these odd fractions do not, or hardly ever.
const coordinate = fc.integer({ min: -1e6, max: 1e6 }).map((value) => value * 1.000_1e-4 + Math.sin(value));

it('merges as the definition says', () => {
  const points = fc.uniqueArray(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 14, selector: String });
  fc.assert(
    fc.property(points, fc.nat(13), (list, more) => {
      const clusters = Math.min(list.length, 1 + more);
      const labels = wardClusters(distancesOf(list), list.length, clusters);
      expect(groupsOf(labels)).toEqual(byDefinition(list, clusters));
    }),
    { numRuns: 300 },
  );
});

it('numbers clusters by their first points, and takes ties and equal points', () => {
  const square: Point[] = [
    [0, 0],
    [9, 9],
    [0, 0],
    [9, 9],
  ];
  expect([...wardClusters(distancesOf(square), 4, 2)]).toEqual([0, 1, 0, 1]);
  expect([...wardClusters(distancesOf(square), 4, 4)]).toEqual([0, 1, 2, 3]);
  expect([...wardClusters(new Float64Array(9), 3, 1)]).toEqual([0, 0, 0]);
});
