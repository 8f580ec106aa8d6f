import { seededRandom } from '@sluice/core';
import type { ForestPoints } from './forest-points.js';
import { TreeNodes } from './tree-nodes.js';
import { planeBetween } from './two-means.js';

/** A plane with more than this share of the rows on one side divides badly. */
const WORST_SHARE = 0.95;
/** Planes that are tried before the rows are divided at random. */
const TRIES = 3;

/** What a forest is like. */
export interface ForestSettings {
  readonly trees: number;
  readonly leafSize: number;
  readonly seed: number;
}

/**
 * Trees that each divide all rows by planes until few are left in a leaf.
 *
 * `leafOf[row * trees + tree]` is the leaf of a row. Random choices follow from the seed, the tree and the node alone,
 * so that a loaded forest goes on as the one that was saved.
 *
 * Source: Annoy, which is built once; here rows come and go.
 */
export class Forest {
  readonly nodes: TreeNodes;
  readonly settings: ForestSettings;
  readonly #points: ForestPoints;
  /** The root of each tree; none while there were never rows. */
  #roots: number[] = [];
  #leafOf = new Uint32Array(0);

  constructor(points: ForestPoints, settings: ForestSettings, nodes?: TreeNodes) {
    this.#points = points;
    this.settings = settings;
    this.nodes = nodes ?? new TreeNodes(points.planeNumbers, settings.leafSize);
  }

  get roots(): readonly number[] {
    return this.#roots;
  }

  get bytes(): number {
    return this.nodes.bytes + this.#leafOf.byteLength;
  }

  leafOf(row: number, tree: number): number {
    return this.#leafOf[row * this.settings.trees + tree] ?? 0;
  }

  /** Takes over saved trees: their roots, and the leaf of each row in each tree. */
  restore(roots: readonly number[], leafOf: Uint32Array): void {
    this.#roots = [...roots];
    this.#leafOf = leafOf.slice();
  }

  /** Puts rows, which are in no leaf, into all trees. */
  add(rows: Uint32Array): void {
    if (rows.length === 0) return;
    this.#reserve();
    for (let tree = 0; tree < this.settings.trees; tree++) {
      const root = this.#roots[tree] ?? this.nodes.addLeaf(new Uint32Array(0));
      this.#roots[tree] = root;
      this.#addBelow(tree, root, rows);
    }
  }

  /** Takes a row out of all trees. */
  remove(row: number): void {
    for (let tree = 0; tree < this.settings.trees; tree++) {
      const leaf = this.leafOf(row, tree);
      this.nodes.setRows(
        leaf,
        this.nodes.rows(leaf).filter((other) => other !== row),
      );
    }
  }

  /** A row gets another number. */
  rename(from: number, to: number): void {
    const { trees } = this.settings;
    for (let tree = 0; tree < trees; tree++) {
      const leaf = this.leafOf(from, tree);
      const rows = this.nodes.rows(leaf);
      rows[rows.indexOf(from)] = to;
      this.#leafOf[to * trees + tree] = leaf;
    }
  }

  /** Depth first, without recursion: trees of equal points may be deep. */
  #addBelow(tree: number, root: number, rows: Uint32Array): void {
    const waiting = [{ node: root, rows }];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { node } = next;
      if (next.rows.length === 0) continue;
      if (this.nodes.isLeaf(node) && this.#fill(tree, node, next.rows)) continue;
      const all = this.nodes.isLeaf(node) ? joined(this.nodes.rows(node), next.rows) : next.rows;
      const sides = this.nodes.isLeaf(node) ? this.#split(tree, node, all) : this.#divide(node, all);
      waiting.push(
        { node: this.nodes.left(node), rows: sides.left },
        { node: this.nodes.right(node), rows: sides.right },
      );
    }
  }

  /** Puts rows into a leaf; false when there is no room. */
  #fill(tree: number, leaf: number, rows: Uint32Array): boolean {
    const there = this.nodes.rows(leaf);
    if (there.length + rows.length > this.settings.leafSize) return false;
    this.nodes.setRows(leaf, joined(there, rows));
    for (const row of rows) this.#leafOf[row * this.settings.trees + tree] = leaf;
    return true;
  }

  /** Makes a leaf an inner node over two empty leaves, and divides rows among them. */
  #split(tree: number, leaf: number, rows: Uint32Array): Sides {
    const random = seededRandom(Math.imul(this.settings.seed, 0x9e3779b1) ^ Math.imul(tree + 1, 0x85ebca6b) ^ leaf);
    const [left, right] = [this.nodes.addLeaf(new Uint32Array(0)), this.nodes.addLeaf(new Uint32Array(0))];
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const plane = planeBetween(this.#points, rows, random);
      const sides = sidesOf(rows, this.#points.margins(plane, rows));
      if (Math.max(sides.left.length, sides.right.length) >= WORST_SHARE * rows.length) continue;
      this.nodes.split(leaf, plane, left, right);
      return sides;
    }
    this.nodes.split(leaf, new Float32Array(this.#points.planeNumbers), left, right);
    return this.#divide(leaf, rows);
  }

  /** By the plane of an inner node; where there is none, evenly: the searches look on both sides. */
  #divide(node: number, rows: Uint32Array): Sides {
    const plane = this.nodes.plane(node);
    if (plane.some((value) => value !== 0)) return sidesOf(rows, this.#points.margins(plane, rows));
    const half = Math.ceil(rows.length / 2);
    // A single row would otherwise always go left.
    const [first, second] = [rows.subarray(0, half), rows.subarray(half)];
    return ((rows[0] ?? 0) & 1) === 0 ? { left: first, right: second } : { left: second, right: first };
  }

  #reserve(): void {
    const length = this.#points.rows.size * this.settings.trees;
    if (length <= this.#leafOf.length) return;
    const leafOf = new Uint32Array(Math.max(length, Math.ceil(this.#leafOf.length * 1.5)));
    leafOf.set(this.#leafOf);
    this.#leafOf = leafOf;
  }
}

interface Sides {
  readonly left: Uint32Array;
  readonly right: Uint32Array;
}

function sidesOf(rows: Uint32Array, margins: Float32Array): Sides {
  return {
    left: rows.filter((_, at) => (margins[at] ?? 0) < 0),
    right: rows.filter((_, at) => (margins[at] ?? 0) >= 0),
  };
}

function joined(one: Uint32Array, other: Uint32Array): Uint32Array {
  const all = new Uint32Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
}
