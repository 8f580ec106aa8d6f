import { MemoryLimitError } from '../errors/index.js';
import { wholeLines } from '../free-space.js';
import type { KernelMemory } from '../memory.js';
import type { Region } from '../region.js';
import { LEVEL_SHIFT, ROOT_BYTES, ROOT_FIELDS, SKETCH_NUMBER_BYTES, signBytes } from './graph-layout.js';
import type { GraphParts, GraphShape } from './graph-shape.js';

const FIRST_NODES = 64;
/** Room that is made beyond what is needed: an eighth, because it counts as memory. */
const GROWTH = 1.125;
const BLOCK_MASK = 2 ** LEVEL_SHIFT - 1;

/** The nodes of a graph and their links, in kernel memory: what all threads that work on it share. */
export class GraphNodes {
  readonly shape: GraphShape;
  readonly memory: KernelMemory;
  /** Bytes of a sketch, of a block of links on the ground, and of one above. */
  readonly sketchBytes: number;
  readonly groundBytes: number;
  readonly upperBytes: number;
  /** Changes whenever pointers do. */
  version = 0;
  size = 0;
  readonly #root: Region;
  readonly #codes: Region;
  readonly #sketches: Region;
  readonly #links: Region;
  readonly #upperAt: Region;
  readonly #upper: Region;
  #capacity = 0;
  #upperBlocks = 0;

  constructor(memory: KernelMemory, shape: GraphShape) {
    this.shape = shape;
    this.memory = memory;
    this.sketchBytes = signBytes(shape.columns) + SKETCH_NUMBER_BYTES;
    this.groundBytes = (shape.degree * 2 + 1) * 4;
    this.upperBytes = (shape.degree + 1) * 4;
    this.#root = memory.allocate(ROOT_BYTES);
    this.#root.uint8().fill(0);
    this.#upperAt = memory.allocate(0);
    this.#upper = memory.allocate(0);
    this.#links = memory.allocate(0);
    this.#sketches = memory.allocate(0);
    this.#codes = memory.allocate(0);
  }

  get capacity(): number {
    return this.#capacity;
  }

  get bytes(): number {
    return this.#regions().reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Where things are, for a header. */
  get pointers(): Record<'root' | 'codes' | 'sketches' | 'links' | 'upperAt' | 'upperLinks', number> {
    return {
      ...{ root: this.#root.offset, codes: this.#codes.offset, sketches: this.#sketches.offset },
      ...{ links: this.#links.offset, upperAt: this.#upperAt.offset, upperLinks: this.#upper.offset },
    };
  }

  /** What all threads share, as a view. */
  rootWords(): Int32Array {
    return this.#root.int32();
  }

  /** @throws {MemoryLimitError} they do not fit; the graph is as before */
  reserve(nodes: number): void {
    if (nodes <= this.#capacity) return;
    try {
      this.memory.resize(this.#upperAt, nodes * 4);
      this.memory.resize(this.#links, nodes * this.groundBytes);
      this.memory.resize(this.#sketches, nodes * this.sketchBytes);
      this.memory.resize(this.#codes, nodes * this.shape.columns);
      this.#capacity = nodes;
    } finally {
      // Where a later one does not fit, the earlier ones have moved all the same.
      this.version++;
    }
  }

  /**
   * Room for `nodes` in all, whose new ones have `levels` levels above the ground together, and for some more unless
   * only these fit.
   *
   * @throws {MemoryLimitError} they do not fit; the graph is as before
   */
  makeRoom(nodes: number, levels: number): void {
    this.#makeUpper(this.#upperBlocks + levels);
    if (nodes <= this.#capacity) return;
    try {
      this.reserve(Math.max(nodes, FIRST_NODES, Math.ceil(this.size * GROWTH)));
    } catch (error) {
      if (!(error instanceof MemoryLimitError)) throw error;
      this.reserve(nodes);
    }
  }

  /** A new node at the end with empty blocks of links; its number. There is room. */
  append(level: number): number {
    const node = this.size++;
    this.#upperAt.uint32()[node] = ((level << LEVEL_SHIFT) | this.#upperBlocks) >>> 0;
    this.#links.uint8(node * this.groundBytes, this.groundBytes).fill(0);
    this.#upper.uint8(this.#upperBlocks * this.upperBytes, level * this.upperBytes).fill(0);
    this.#upperBlocks += level;
    return node;
  }

  levelOf(node: number): number {
    return (this.#upperAt.uint32()[node] ?? 0) >>> LEVEL_SHIFT;
  }

  codes(): Int8Array {
    return this.#codes.int8(0, this.size * this.shape.columns);
  }

  sketches(): Uint8Array {
    return this.#sketches.uint8(0, this.size * this.sketchBytes);
  }

  /** Views, but for the levels, which are a copy. */
  parts(): GraphParts {
    return {
      codes: this.codes(),
      sketches: this.sketches(),
      levels: Uint8Array.from(this.#upperAt.uint32(0, this.size), (at) => at >>> LEVEL_SHIFT),
      links: this.#links.uint32(0, (this.size * this.groundBytes) / 4),
      upperLinks: this.#upper.uint32(0, (this.#upperBlocks * this.upperBytes) / 4),
    };
  }

  /** Takes over parts, in place of what it has. @throws {MemoryLimitError} they do not fit */
  restore({ codes, sketches, levels, links, upperLinks }: GraphParts): void {
    this.clear();
    const blocks = levels.reduce((sum, level) => sum + level, 0);
    this.reserve(levels.length);
    this.#makeUpper(blocks);
    this.size = levels.length;
    this.#upperBlocks = blocks;
    this.#codes.int8().set(codes);
    this.#sketches.uint8().set(sketches);
    this.#links.uint32().set(links);
    this.#upper.uint32().set(upperLinks);
    const upperAt = this.#upperAt.uint32(0, this.size);
    let block = 0;
    for (let node = 0; node < levels.length; node++) {
      const level = levels[node] ?? 0;
      upperAt[node] = ((level << LEVEL_SHIFT) | block) >>> 0;
      block += level;
    }
    this.#enterAt(0, levels);
  }

  /**
   * Drops all nodes but those of a list (ascending), and numbers them anew in its order. Links to dropped ones go; the
   * entry stays if it is kept, or else is the first of the highest.
   */
  compact(kept: Uint32Array): void {
    const numbers = new Int32Array(this.size).fill(-1);
    for (let node = 0; node < kept.length; node++) numbers[kept[node] ?? 0] = node;
    const entry = numbers[this.rootWords()[ROOT_FIELDS.entry / 4] ?? 0] ?? -1;
    const { codes, sketches, links, upperLinks } = this.parts();
    const upperAt = this.#upperAt.uint32();
    const { columns, degree } = this.shape;
    let block = 0;
    for (let node = 0; node < kept.length; node++) {
      const from = kept[node] ?? 0;
      codes.copyWithin(node * columns, from * columns, (from + 1) * columns);
      sketches.copyWithin(node * this.sketchBytes, from * this.sketchBytes, (from + 1) * this.sketchBytes);
      moveBlock(links, { node, from, length: 2 * degree + 1 }, numbers);
      const [level, first] = [this.levelOf(from), (upperAt[from] ?? 0) & BLOCK_MASK];
      upperAt[node] = ((level << LEVEL_SHIFT) | block) >>> 0;
      for (let at = 0; at < level; at++) {
        moveBlock(upperLinks, { node: block++, from: first + at, length: degree + 1 }, numbers);
      }
    }
    this.size = kept.length;
    this.#upperBlocks = block;
    this.#enterAt(Math.max(0, entry), this.parts().levels);
  }

  /** Forgets all nodes; keeps the room. */
  clear(): void {
    this.size = 0;
    this.#upperBlocks = 0;
    this.rootWords().fill(0);
  }

  close(): void {
    for (const region of this.#regions()) this.memory.free(region);
  }

  /** The entry becomes the first of the highest nodes from `first` on, or that itself where none is higher. */
  #enterAt(first: number, levels: Uint8Array): void {
    const root = this.rootWords();
    root.fill(0);
    const top = levels.reduce((highest, level) => Math.max(highest, level), 0);
    const isHighest = (levels[first] ?? 0) === top;
    root[ROOT_FIELDS.topLevel / 4] = top;
    root[ROOT_FIELDS.entry / 4] = isHighest ? first : Math.max(0, levels.indexOf(top));
  }

  #makeUpper(blocks: number): void {
    const bytes = blocks * this.upperBytes;
    if (bytes <= this.#upper.bytes) return;
    this.memory.resize(this.#upper, Math.max(bytes, Math.ceil(this.#upper.bytes * GROWTH)));
    this.version++;
  }

  #regions(): Region[] {
    return [this.#root, this.#codes, this.#sketches, this.#links, this.#upperAt, this.#upper];
  }
}

/** Bytes that a thread needs to have seen each of `nodes`. */
export function seenBytes(nodes: number): number {
  return wholeLines(Math.ceil(nodes / 32) * 4);
}

/** A block of links in another place, with the new numbers of the nodes that are left. */
function moveBlock(
  blocks: Uint32Array,
  { node, from, length }: { node: number; from: number; length: number },
  numbers: Int32Array,
): void {
  const [source, target] = [from * length, node * length];
  const count = blocks[source] ?? 0;
  let kept = 0;
  for (let at = 1; at <= count; at++) {
    const number = numbers[blocks[source + at] ?? 0] ?? -1;
    if (number !== -1) blocks[target + ++kept] = number;
  }
  blocks[target] = kept;
}
