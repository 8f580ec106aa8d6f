import { MemoryLimitError } from './errors/index.js';
import { insertNodeReference, searchGraphReference } from './graph.reference.js';
import { GRAPH_FIELDS, GRAPH_HEADER_BYTES } from './graph-layout.js';
import { INT8_COLUMNS } from './int8.js';
import type { KernelMemory } from './memory.js';
import type { Region } from './region.js';

const TRAIL_LENGTH = 16_384;
const FIRST_BEAM = 256;
const FIRST_NODES = 64;
/** Room that is made beyond what is needed: an eighth, because it counts as memory. */
const GROWTH = 1.125;

/** What a graph is made for. */
export interface GraphShape {
  /** Codes of a node: a multiple of 16, at most 65,536. */
  readonly columns: number;
  /** Links of a node on each level above the ground, where it has twice as many: 2 to 256. */
  readonly degree: number;
  /** 1: scores are inner products. 2: with biases of -|x|², they are negated squared distances. */
  readonly factor: 1 | 2;
}

/** A vector as a graph sees it: `value[c] = codes[c] * scale`. */
export interface GraphCode {
  /** -127 to 127; `columns` of them. */
  readonly codes: ArrayLike<number>;
  readonly scale: number;
  readonly bias: number;
}

/** What a graph holds, one after the other for all nodes. Blocks of links are a count, then that many nodes. */
export interface GraphParts {
  /** `columns` a node. */
  readonly codes: Int8Array;
  readonly scales: Float32Array;
  readonly biases: Float32Array;
  /** Blocks of 1 + 2 x `degree` numbers. */
  readonly links: Uint32Array;
  /** Blocks of 1 + `degree` numbers: the levels of a node from 1 up, then those of the next node. */
  readonly upperLinks: Uint32Array;
}

/** Nodes and their approximate scores, best first. */
export interface GraphNeighbours {
  readonly nodes: Uint32Array;
  readonly scores: Float32Array;
}

/**
 * A hierarchical navigable small world graph over int8 codes, in kernel memory.
 *
 * Nodes are numbered as they come. The score of two nodes is
 * `codes · codes * factor * scale * scale + bias + bias`, each step rounded to float32; of equal scores the smaller
 * node is better. The same nodes in the same order give the same bytes, on either engine.
 *
 * Source: Malkov and Yashunin, arXiv 1603.09320, with places filled up to half, or eight, by the
 * nearest that were passed over.
 * Oracle: `graph.reference.ts`.
 */
export class Graph {
  readonly shape: GraphShape;
  readonly #memory: KernelMemory;
  readonly #header: Region;
  readonly #scratch: Region;
  readonly #codes: Region;
  readonly #numbers: Region;
  readonly #links: Region;
  readonly #upper: Region;
  readonly #seen: Region;
  readonly #pool: Region;
  #capacity = 0;
  #size = 0;
  #upperBlocks = 0;
  #beam = FIRST_BEAM;

  constructor(memory: KernelMemory, shape: GraphShape) {
    this.shape = shape;
    this.#memory = memory;
    this.#header = memory.allocate(GRAPH_HEADER_BYTES);
    this.#scratch = memory.allocate(this.#scratchOffsets().end);
    this.#seen = memory.allocate(0);
    this.#pool = memory.allocate(this.#beam * 8);
    this.#numbers = memory.allocate(0);
    this.#upper = memory.allocate(0);
    this.#links = memory.allocate(0);
    this.#codes = memory.allocate(0);
    this.#header.uint8().fill(0);
    this.#header.float32()[GRAPH_FIELDS.factor / 4] = shape.factor;
  }

  /** Nodes. */
  get size(): number {
    return this.#size;
  }

  /** Bytes of kernel memory, room to grow included. */
  get bytes(): number {
    return this.#regions().reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** How many scores were computed so far; wraps at 2 ** 32. */
  get evaluations(): number {
    return this.#header.uint32()[GRAPH_FIELDS.evaluations / 4] ?? 0;
  }

  /**
   * Makes room for `nodes` in all.
   *
   * @throws {MemoryLimitError} they do not fit; the graph is as before
   */
  reserve(nodes: number): void {
    if (nodes <= this.#capacity) return;
    this.#memory.resize(this.#seen, Math.ceil(nodes / 32) * 4);
    this.#memory.resize(this.#numbers, nodes * 12);
    this.#moveNumbers(nodes);
    this.#memory.resize(this.#links, nodes * this.#groundBytes());
    this.#memory.resize(this.#codes, nodes * this.shape.columns);
    this.#capacity = nodes;
    this.#seen.uint8().fill(0);
    this.#point();
  }

  /**
   * Makes room for `nodes` in all and for some more, unless only these fit.
   *
   * @param levels the levels of the new ones, added up
   * @param beam the widest that they will be added with
   * @throws {MemoryLimitError} they do not fit; the graph is as before
   */
  makeRoom(nodes: number, levels: number, beam: number): void {
    this.#makePool(beam);
    this.#makeUpper(this.#upperBlocks + levels);
    if (nodes <= this.#capacity) return;
    try {
      this.reserve(Math.max(nodes, FIRST_NODES, Math.ceil(this.#size * GROWTH)));
    } catch (error) {
      if (!(error instanceof MemoryLimitError)) throw error;
      this.reserve(nodes);
    }
  }

  /**
   * Adds a node and links it.
   *
   * @param level the highest level it is on, from 0
   * @param beam candidates that are kept while looking for neighbours
   * @throws {MemoryLimitError} it does not fit; the graph is as before
   */
  add({ codes, scale, bias }: GraphCode, level: number, beam: number): void {
    this.makeRoom(this.#size + 1, level, beam);
    const node = this.#size;
    const { columns } = this.shape;
    this.#codes.int8(node * columns, columns).set(codes);
    this.#numbers.float32()[node] = scale;
    this.#numbers.float32()[this.#capacity + node] = bias;
    this.#link(level, beam);
  }

  /**
   * Forgets all nodes but those of a list (ascending), numbers them anew in its order, and links them anew.
   *
   * @param levelOf the highest level of a node, by its new number
   * @throws {MemoryLimitError} the links do not fit; the graph then ends before the node that did not
   */
  rebuild(kept: Uint32Array, levelOf: (node: number) => number, beam: number): void {
    const { columns } = this.shape;
    const { codes, scales, biases } = this.parts();
    for (const [node, from] of kept.entries()) {
      codes.copyWithin(node * columns, from * columns, (from + 1) * columns);
      scales[node] = scales[from] ?? 0;
      biases[node] = biases[from] ?? 0;
    }
    this.clear();
    for (let node = 0; node < kept.length; node++) {
      this.#makePool(beam);
      this.#makeUpper(this.#upperBlocks + levelOf(node));
      this.#link(levelOf(node), beam);
    }
  }

  /**
   * The best `beam` nodes that a search finds, or all where there are fewer.
   *
   * @param hidden a node of the ground level alone that the search must not meet: as if it had never been added, but
   *   for the links that others chose because of it
   * @returns views of the kernel memory, valid until the next call
   */
  search({ codes, scale, bias }: GraphCode, beam: number, hidden?: number): GraphNeighbours {
    if (this.#size === 0) return { nodes: new Uint32Array(0), scores: new Float32Array(0) };
    this.#makePool(beam);
    const { query } = this.#scratchOffsets();
    this.#scratch.int16(query, this.shape.columns).set(codes);
    const header = this.#header.float32();
    header[GRAPH_FIELDS.queryScale / 4] = Math.fround(scale * this.shape.factor);
    header[GRAPH_FIELDS.queryBias / 4] = bias;
    const [nodes, scores] = [this.#pool.offset + this.#beam * 8, this.#pool.offset + this.#beam * 12];
    const { kernels, buffer } = this.#memory;
    const search = kernels?.searchGraph ?? searchGraphReference(buffer);
    if (hidden !== undefined) this.#seen.uint32()[hidden >>> 5] = 1 << (hidden & 31);
    const count = search(this.#header.offset, beam, nodes, scores);
    if (hidden !== undefined) this.#seen.uint32()[hidden >>> 5] = 0;
    return { nodes: new Uint32Array(buffer, nodes, count), scores: new Float32Array(buffer, scores, count) };
  }

  /** What it holds, as views of the kernel memory, stale after an addition. Levels are the caller's to keep. */
  parts(): GraphParts {
    const { columns } = this.shape;
    return {
      codes: this.#codes.int8(0, this.#size * columns),
      scales: this.#numbers.float32(0, this.#size),
      biases: this.#numbers.float32(this.#capacity * 4, this.#size),
      links: this.#links.uint32(0, (this.#size * this.#groundBytes()) / 4),
      upperLinks: this.#upper.uint32(0, (this.#upperBlocks * this.#upperBytes()) / 4),
    };
  }

  /**
   * Takes over what another's {@link parts} were, in place of what it has.
   *
   * Checked by the caller: links are nodes of their level, and no more than there is room for.
   *
   * @param levels the highest level of each node
   * @throws {MemoryLimitError} it does not fit
   */
  restore(parts: GraphParts, levels: Uint8Array): void {
    this.clear();
    const blocks = levels.reduce((sum, level) => sum + level, 0);
    this.reserve(levels.length);
    this.#makeUpper(blocks);
    this.#size = levels.length;
    this.#upperBlocks = blocks;
    const own = this.parts();
    own.codes.set(parts.codes);
    own.scales.set(parts.scales);
    own.biases.set(parts.biases);
    own.links.set(parts.links);
    own.upperLinks.set(parts.upperLinks);
    const upperAt = this.#numbers.uint32(this.#capacity * 8, this.#size);
    let block = 0;
    for (const [node, level] of levels.entries()) {
      upperAt[node] = block;
      block += level;
    }
    const topLevel = levels.reduce((top, level) => Math.max(top, level), 0);
    this.#header.uint32()[GRAPH_FIELDS.topLevel / 4] = topLevel;
    this.#header.uint32()[GRAPH_FIELDS.entry / 4] = Math.max(0, levels.indexOf(topLevel));
  }

  /** Forgets all nodes; keeps the room. */
  clear(): void {
    this.#size = 0;
    this.#upperBlocks = 0;
    this.#header.uint32()[GRAPH_FIELDS.entry / 4] = 0;
    this.#header.uint32()[GRAPH_FIELDS.topLevel / 4] = 0;
  }

  /** Gives the kernel memory back. Nothing may be called afterwards. */
  close(): void {
    for (const region of this.#regions()) this.#memory.free(region);
  }

  /** Links the node whose code, scale and bias follow those of the others. */
  #link(level: number, beam: number): void {
    const node = this.#size;
    this.#numbers.uint32()[2 * this.#capacity + node] = this.#upperBlocks;
    this.#links.uint8(node * this.#groundBytes(), this.#groundBytes()).fill(0);
    this.#upper.uint8(this.#upperBlocks * this.#upperBytes(), level * this.#upperBytes()).fill(0);
    this.#upperBlocks += level;
    this.#size++;
    if (node === 0) this.#header.uint32()[GRAPH_FIELDS.topLevel / 4] = level;
    else this.#insert(node, level, beam);
  }

  #insert(node: number, level: number, beam: number): void {
    const { kernels, buffer } = this.#memory;
    const insert = kernels?.insertNode ?? insertNodeReference(buffer);
    insert(this.#header.offset, node, level, beam);
  }

  /** `numbers` are scales, biases and upper blocks, `capacity` of each: the parts move when it grows. */
  #moveNumbers(capacity: number): void {
    const numbers = this.#numbers.uint32();
    numbers.copyWithin(2 * capacity, 2 * this.#capacity, 2 * this.#capacity + this.#size);
    numbers.copyWithin(capacity, this.#capacity, this.#capacity + this.#size);
  }

  #makePool(beam: number): void {
    if (beam <= this.#beam && this.#pool.bytes >= this.#beam * 16) return;
    this.#beam = Math.max(this.#beam, beam);
    this.#memory.resize(this.#pool, this.#beam * 16);
    this.#point();
  }

  #makeUpper(blocks: number): void {
    const bytes = blocks * this.#upperBytes();
    if (bytes <= this.#upper.bytes) return;
    this.#memory.resize(this.#upper, Math.max(bytes, Math.ceil(this.#upper.bytes * GROWTH)));
    this.#point();
  }

  #point(): void {
    const header = this.#header.uint32();
    const { end: _, ...offsets } = this.#scratchOffsets();
    const pointers = {
      codes: this.#codes.offset,
      scales: this.#numbers.offset,
      biases: this.#numbers.offset + this.#capacity * 4,
      upperAt: this.#numbers.offset + this.#capacity * 8,
      links: this.#links.offset,
      upperLinks: this.#upper.offset,
      seen: this.#seen.offset,
      pool: this.#pool.offset,
      ...Object.fromEntries(Object.entries(offsets).map(([name, offset]) => [name, this.#scratch.offset + offset])),
      columns: this.shape.columns,
      groundDegree: this.shape.degree * 2,
      upperDegree: this.shape.degree,
      seenBytes: this.#seen.bytes,
      trailLength: TRAIL_LENGTH,
    };
    for (const [name, value] of Object.entries(pointers)) header[fieldAt(name)] = value;
  }

  /** Scratch of the kernels, each part on a line of its own. */
  #scratchOffsets(): { query: number; trail: number; batch: number; products: number; chosen: number } & {
    rivals: number;
    end: number;
  } {
    const { columns, degree } = this.shape;
    const query = 0;
    const trail = lines(columns * 2);
    const batch = trail + TRAIL_LENGTH * 4;
    const products = batch + lines(degree * 8);
    const chosen = products + lines(degree * 8);
    const rivals = chosen + lines(degree * 8);
    return { query, trail, batch, products, chosen, rivals, end: rivals + lines((degree * 2 + 2) * 8) };
  }

  #groundBytes(): number {
    return (this.shape.degree * 2 + 1) * 4;
  }

  #upperBytes(): number {
    return (this.shape.degree + 1) * 4;
  }

  #regions(): Region[] {
    return [
      ...[this.#header, this.#scratch, this.#codes, this.#numbers],
      ...[this.#links, this.#upper, this.#seen, this.#pool],
    ];
  }
}

/** Codes of a node: its dimensions in whole kernel steps. */
export function graphColumns(dimensions: number): number {
  return Math.ceil(dimensions / INT8_COLUMNS) * INT8_COLUMNS;
}

function fieldAt(name: string): number {
  const offset = Object.entries(GRAPH_FIELDS).find(([field]) => field === name)?.[1];
  if (offset === undefined) throw new RangeError(`A graph has no field '${name}'.`);
  return offset / 4;
}

function lines(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}
