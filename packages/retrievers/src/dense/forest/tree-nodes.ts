const NODE_FIELDS = 3;
const LEAF = -1;

/**
 * Nodes of binary trees, their planes and their leaves, in typed arrays.
 *
 * A node is three numbers: of an inner one its left child, its right child and its plane; of a leaf -1, its block and
 * how many rows are in it. A plane is `planeNumbers` numbers, a block `leafSize` rows. Blocks of leaves that became
 * inner nodes are used again.
 */
export class TreeNodes {
  readonly planeNumbers: number;
  readonly leafSize: number;
  #nodes: Int32Array = new Int32Array(64 * NODE_FIELDS);
  #planes: Float32Array;
  #blocks: Uint32Array;
  #nodeCount = 0;
  #planeCount = 0;
  #blockCount = 0;
  readonly #freeBlocks: number[] = [];

  constructor(planeNumbers: number, leafSize: number) {
    this.planeNumbers = planeNumbers;
    this.leafSize = leafSize;
    this.#planes = new Float32Array(16 * planeNumbers);
    this.#blocks = new Uint32Array(32 * leafSize);
  }

  get count(): number {
    return this.#nodeCount;
  }

  get bytes(): number {
    return this.#nodes.byteLength + this.#planes.byteLength + this.#blocks.byteLength;
  }

  isLeaf(node: number): boolean {
    return this.#nodes[node * NODE_FIELDS] === LEAF;
  }

  left(node: number): number {
    return this.#nodes[node * NODE_FIELDS] ?? 0;
  }

  right(node: number): number {
    return this.#nodes[node * NODE_FIELDS + 1] ?? 0;
  }

  /** The plane of an inner node: a view, stale after the next {@link split}. */
  plane(node: number): Float32Array {
    const start = (this.#nodes[node * NODE_FIELDS + 2] ?? 0) * this.planeNumbers;
    return this.#planes.subarray(start, start + this.planeNumbers);
  }

  /** The rows of a leaf: a view, stale after the next {@link addLeaf}. */
  rows(leaf: number): Uint32Array {
    const start = this.#blockStart(leaf);
    return this.#blocks.subarray(start, start + (this.#nodes[leaf * NODE_FIELDS + 2] ?? 0));
  }

  /** A new leaf of at most `leafSize` rows. */
  addLeaf(rows: Uint32Array): number {
    const node = this.#nodeCount++;
    if (this.#nodeCount * NODE_FIELDS > this.#nodes.length) {
      this.#nodes = longer(this.#nodes, new Int32Array(this.#nodes.length * 2));
    }
    this.#nodes.set([LEAF, this.#takeBlock(), 0], node * NODE_FIELDS);
    this.setRows(node, rows);
    return node;
  }

  /** Replaces the rows of a leaf by at most `leafSize` others. */
  setRows(leaf: number, rows: Uint32Array): void {
    this.#blocks.set(rows, this.#blockStart(leaf));
    this.#nodes[leaf * NODE_FIELDS + 2] = rows.length;
  }

  /** Makes a leaf an inner node, whose rows are the caller's to put into its children. */
  split(leaf: number, plane: Float32Array, left: number, right: number): void {
    this.#freeBlocks.push(this.#nodes[leaf * NODE_FIELDS + 1] ?? 0);
    if ((this.#planeCount + 1) * this.planeNumbers > this.#planes.length) {
      this.#planes = longer(this.#planes, new Float32Array(this.#planes.length * 2));
    }
    this.#planes.set(plane, this.#planeCount * this.planeNumbers);
    this.#nodes.set([left, right, this.#planeCount++], leaf * NODE_FIELDS);
  }

  /** As bytes are saved: views. */
  parts(): { readonly nodes: Int32Array; readonly planes: Float32Array; readonly blocks: Uint32Array } {
    return {
      nodes: this.#nodes.subarray(0, this.#nodeCount * NODE_FIELDS),
      planes: this.#planes.subarray(0, this.#planeCount * this.planeNumbers),
      blocks: this.#blocks.subarray(0, this.#blockCount * this.leafSize),
    };
  }

  /** Takes over what {@link parts} gave, checked by the caller. */
  restore(nodes: Int32Array, planes: Float32Array, blocks: Uint32Array): void {
    this.#nodeCount = nodes.length / NODE_FIELDS;
    this.#planeCount = planes.length / this.planeNumbers;
    this.#blockCount = blocks.length / this.leafSize;
    this.#nodes = longer(nodes, new Int32Array(Math.max(this.#nodes.length, nodes.length)));
    this.#planes = longer(planes, new Float32Array(Math.max(this.#planes.length, planes.length)));
    this.#blocks = longer(blocks, new Uint32Array(Math.max(this.#blocks.length, blocks.length)));
    const isUsed = new Uint8Array(this.#blockCount);
    for (let node = 0; node < this.#nodeCount; node++) {
      if (this.isLeaf(node)) isUsed[nodes[node * NODE_FIELDS + 1] ?? 0] = 1;
    }
    for (const [block, used] of isUsed.entries()) if (used === 0) this.#freeBlocks.push(block);
  }

  #blockStart(leaf: number): number {
    return (this.#nodes[leaf * NODE_FIELDS + 1] ?? 0) * this.leafSize;
  }

  #takeBlock(): number {
    if (this.#freeBlocks.length > 0) {
      // The least, whatever the order in which they became free: a loaded forest takes the same. There are few.
      const at = this.#freeBlocks.indexOf(Math.min(...this.#freeBlocks));
      return this.#freeBlocks.splice(at, 1)[0] ?? 0;
    }
    const block = this.#blockCount++;
    if (this.#blockCount * this.leafSize > this.#blocks.length) {
      this.#blocks = longer(this.#blocks, new Uint32Array(this.#blocks.length * 2));
    }
    return block;
  }
}

function longer<Values extends Int32Array | Float32Array | Uint32Array>(values: Values, room: Values): Values {
  room.set(values);
  return room;
}
