import type { SavedIndex } from '@sluice/core';
import type { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import { bytesOf, SavedBlocks } from '../../saved-blocks.js';
import { expectDistinct } from '../expect-distinct.js';
import { restoredRows } from '../flat/saved-rows.js';
import { VectorRows } from '../flat/vector-rows.js';
import { type VectorShape, vectorShapeFields } from '../vector-shape.js';
import { Forest } from './forest.js';
import { type ForestIndexSettings, forestParameters } from './forest-options.js';
import { ForestPoints } from './forest-points.js';
import { TreeNodes } from './tree-nodes.js';

const KIND = 'forest';
const VERSION = 1;
const MAX_ROWS = 2 ** 30;
const NODE_FIELDS = 3;
const LEAF = -1;
const NOWHERE = 0xffffffff;

interface Header extends VectorShape {
  readonly settings: ForestIndexSettings;
  readonly rows: number;
  /** How many there were when the trees were built as a whole. */
  readonly builtRows: number;
  readonly longest: number;
  readonly roots: readonly number[];
  readonly nodes: number;
  readonly planes: number;
  readonly leaves: number;
}

const count = z.int().min(0).max(MAX_ROWS);

const headerSchema: z.ZodType<Header> = z.strictObject({
  ...vectorShapeFields,
  settings: forestParameters,
  rows: count,
  builtRows: count,
  longest: z.number().min(0),
  roots: z.array(count).max(256),
  nodes: count,
  planes: count,
  leaves: count,
});

/** What a forest index is. */
export interface ForestState {
  readonly shape: VectorShape;
  readonly settings: ForestIndexSettings;
  readonly points: ForestPoints;
  readonly forest: Forest;
  readonly builtRows: number;
}

/** A forest without rows. */
export function emptyForest(shape: VectorShape, settings: ForestIndexSettings, memory: KernelMemory): ForestState {
  const points = new ForestPoints(new VectorRows(memory, shape.dimensions), shape.similarity);
  return { shape, settings, points, forest: new Forest(points, settings), builtRows: 0 };
}

/**
 * The index as blocks: `ordinals` (uint32), `vectors` (float32, padded), and the trees' `nodes` (int32, three each),
 * `planes` (float32, the padded width and two more each) and `leaves` (uint32, `leafSize` rows each).
 */
export function saveForest({ shape, settings, points, forest, builtRows }: ForestState): SavedIndex {
  const { dimensions, similarity } = shape;
  const { rows, longest, planeNumbers } = points;
  const { nodes, planes, blocks } = forest.nodes.parts();
  return {
    kind: KIND,
    version: VERSION,
    header: {
      ...{ dimensions, similarity, settings: { ...settings }, rows: rows.size, builtRows, longest },
      ...{ roots: [...forest.roots], nodes: nodes.length / NODE_FIELDS, planes: planes.length / planeNumbers },
      leaves: blocks.length / settings.leafSize,
    },
    blocks: {
      ordinals: bytesOf(rows.ordinals()),
      vectors: bytesOf(rows.vectors()),
      nodes: bytesOf(nodes),
      planes: bytesOf(planes),
      leaves: bytesOf(blocks),
    },
  };
}

/**
 * What {@link saveForest} wrote, in `memory`.
 *
 * @throws {InvalidInputError} it is not that, or the trees do not hold every row once each
 */
export function loadForest(saved: SavedIndex, memory: KernelMemory): ForestState {
  const blocks = new SavedBlocks(saved, KIND, VERSION, headerSchema);
  const { dimensions, similarity, settings, rows: size, builtRows, longest, roots } = blocks.header;
  const shape = { dimensions, similarity };
  const ordinals = blocks.uint32('ordinals', size);
  expectDistinct(ordinals, size);
  const rows = restoredRows(blocks, shape, ordinals, memory);
  const points = new ForestPoints(rows, similarity);
  try {
    const nodes = new Int32Array(blocks.uint32('nodes', blocks.header.nodes * NODE_FIELDS).buffer);
    const planes = blocks.float32('planes', blocks.header.planes * points.planeNumbers);
    const leaves = blocks.uint32('leaves', blocks.header.leaves * settings.leafSize);
    if (!planes.every(Number.isFinite)) throw blocks.refused('a plane is not finite');
    const leafOf = leavesOfRows(blocks, nodes, leaves);
    const treeNodes = new TreeNodes(points.planeNumbers, settings.leafSize);
    treeNodes.restore(nodes, planes, leaves);
    points.liftTo(longest);
    const forest = new Forest(points, settings, treeNodes);
    forest.restore(roots, leafOf);
    return { shape, settings, points, forest, builtRows };
  } catch (error) {
    points.close();
    rows.close();
    throw error;
  }
}

/** The leaf of each row in each tree, having walked them all. */
function leavesOfRows(blocks: SavedBlocks<Header>, nodes: Int32Array, leaves: Uint32Array): Uint32Array {
  const { settings, rows, roots } = blocks.header;
  const { trees, leafSize } = settings;
  if (roots.length !== trees && (roots.length > 0 || rows > 0)) throw blocks.refused(`there are ${roots.length} trees`);
  const leafOf = new Uint32Array(rows * trees).fill(NOWHERE);
  const isMet = { nodes: new Uint8Array(nodes.length / NODE_FIELDS), leaves: new Uint8Array(leaves.length / leafSize) };
  for (const [tree, root] of roots.entries()) {
    for (const leaf of leavesBelow(blocks, nodes, root, isMet)) {
      const [, block = 0, size = 0] = nodes.subarray(leaf * NODE_FIELDS);
      for (const row of leaves.subarray(block * leafSize, block * leafSize + size)) {
        if (row >= rows || leafOf[row * trees + tree] !== NOWHERE)
          throw blocks.refused(`row ${row} is twice in a tree`);
        leafOf[row * trees + tree] = leaf;
      }
    }
  }
  if (leafOf.includes(NOWHERE)) throw blocks.refused('a row is missing in a tree');
  return leafOf;
}

/** The leaves below a node; every node and every block is met once, and is there. */
function leavesBelow(
  blocks: SavedBlocks<Header>,
  nodes: Int32Array,
  root: number,
  isMet: { readonly nodes: Uint8Array; readonly leaves: Uint8Array },
): number[] {
  const { settings, planes } = blocks.header;
  const found: number[] = [];
  const waiting = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (isMet.nodes[node] !== 0) throw blocks.refused(`node ${node} is not there, or in two places`);
    isMet.nodes[node] = 1;
    const [left = 0, right = 0, last = 0] = nodes.subarray(node * NODE_FIELDS);
    if (left !== LEAF) {
      if (last < 0 || last >= planes) throw blocks.refused(`there is no plane ${last}`);
      waiting.push(left, right);
      continue;
    }
    if (isMet.leaves[right] !== 0) throw blocks.refused(`leaf ${right} is not there, or in two places`);
    isMet.leaves[right] = 1;
    if (last < 0 || last > settings.leafSize) throw blocks.refused(`a leaf has ${last} rows`);
    found.push(node);
  }
  return found;
}
