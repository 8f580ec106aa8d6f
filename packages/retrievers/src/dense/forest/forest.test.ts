import type { Matrix } from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import { clusteredVectors } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { VectorRows } from '../flat/vector-rows.js';
import { Forest } from './forest.js';
import { ForestPoints, marginOf } from './forest-points.js';

const WIDTH = 8;
const ROWS = 500;

describe('Forest', () => {
  it('has every row once in each tree, in leaves on the right side of all planes above them', () => {
    const { points, forest } = planted(clusteredVectors(ROWS, WIDTH, 3));
    for (const root of forest.roots) {
      const { rows, wrong, deepest } = walk(forest, points, root);
      expect(rows.sort((left, right) => left - right)).toEqual(Array.from({ length: ROWS }, (_, row) => row));
      expect(wrong, 'rows on the wrong side of a plane').toBe(0);
      // 500 rows in leaves of 10 need 6 levels; two means divide them evenly enough for three times as many.
      expect(deepest).toBeLessThan(18);
    }
  });

  it('divides equal points at random, and not for ever', () => {
    const { points, forest } = planted({ data: new Float32Array(ROWS * WIDTH).fill(2), rows: ROWS, columns: WIDTH });
    for (const root of forest.roots) {
      const { rows, deepest } = walk(forest, points, root);
      expect(rows).toHaveLength(ROWS);
      expect(deepest).toBe(6);
    }
  });

  it('keeps every row once through removals and renamings', () => {
    const { points, forest } = planted(clusteredVectors(ROWS, WIDTH, 4));
    for (let last = ROWS - 1; last >= 250; last--) {
      const gone = (last * 7) % last;
      forest.remove(gone);
      forest.rename(last, gone);
    }
    for (const [tree, root] of forest.roots.entries()) {
      const { rows } = walk(forest, points, root);
      expect(rows.sort((left, right) => left - right)).toEqual(Array.from({ length: 250 }, (_, row) => row));
      for (const row of rows) expect(forest.nodes.rows(forest.leafOf(row, tree))).toContain(row);
    }
  });
});

function planted(vectors: Matrix): { points: ForestPoints; forest: Forest } {
  const rows = new VectorRows(new KernelMemory(), WIDTH);
  const all = Uint32Array.from({ length: vectors.rows }, (_, row) => row);
  rows.set(all, vectors, undefined);
  const points = new ForestPoints(rows, 'euclidean');
  const forest = new Forest(points, { trees: 4, leafSize: 10, seed: 1 });
  forest.add(all.subarray(0, 300));
  forest.add(all.subarray(300));
  return { points, forest };
}

/** What is below a node: by recursion over single rows, and margins in JavaScript instead of kernels. */
function walk(forest: Forest, points: ForestPoints, node: number): { rows: number[]; wrong: number; deepest: number } {
  const { nodes } = forest;
  if (nodes.isLeaf(node)) return { rows: [...nodes.rows(node)], wrong: 0, deepest: 0 };
  const [left, right] = [walk(forest, points, nodes.left(node)), walk(forest, points, nodes.right(node))];
  const plane = nodes.plane(node);
  const margin = (row: number): number => marginOf(plane, points.rows.vectors(row, row + 1));
  const hasPlane = plane.some((value) => value !== 0);
  // A margin within rounding of zero may be on either side.
  const wrong = hasPlane
    ? left.rows.filter((row) => margin(row) > 1e-5).length + right.rows.filter((row) => margin(row) < -1e-5).length
    : 0;
  return {
    rows: [...left.rows, ...right.rows],
    wrong: wrong + left.wrong + right.wrong,
    deepest: 1 + Math.max(left.deepest, right.deepest),
  };
}
