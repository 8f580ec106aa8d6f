import { InvalidInputError } from '@sluice/core';
import type { KernelMemory } from '../memory.js';
import {
  insertNodeReference,
  packNodeReference,
  repairNodeReference,
  searchGraphReference,
} from './graph.reference.js';
import { ROOT_FIELDS } from './graph-layout.js';
import { GraphNodes } from './graph-nodes.js';
import type { GraphCode, GraphNeighbours, GraphParts, GraphShape } from './graph-shape.js';
import { GraphThread } from './graph-thread.js';
import { type LinkingOptions, linkInThreads } from './link-in-threads.js';

/**
 * A hierarchical navigable small world graph, in kernel memory, over integers of nine bits.
 *
 * Nodes are numbered as they come. The score of two nodes is
 * `integers · integers * factor * scale * scale + bias + bias`, each step rounded to float32; of equal scores the smaller
 * node is better. A walk estimates a node from its signs first, 64 bytes at 384 columns, and scores it only where it may
 * be good enough. The same nodes in the same order, added by one thread, give the same bytes on either engine.
 *
 * Source: Malkov and Yashunin, arXiv 1603.09320, with places filled up to half, or eight, by the nearest that were passed
 * over; estimates by Gao and Long, RaBitQ, arXiv 2405.12497; repair after Singh et al., FreshDiskANN, arXiv 2105.09613.
 * Oracle: `graph.reference.ts`.
 */
export class Graph {
  readonly shape: GraphShape;
  readonly #memory: KernelMemory;
  readonly #nodes: GraphNodes;
  readonly #thread: GraphThread;
  #isLinking = false;

  constructor(memory: KernelMemory, shape: GraphShape) {
    this.shape = shape;
    this.#memory = memory;
    this.#nodes = new GraphNodes(memory, shape);
    this.#thread = new GraphThread(this.#nodes);
  }

  /** Nodes. */
  get size(): number {
    return this.#nodes.size;
  }

  /** Bytes of kernel memory, room to grow included. */
  get bytes(): number {
    return this.#nodes.bytes + this.#thread.bytes;
  }

  /** Bytes of a node's sketch: see {@link GraphParts}. */
  get sketchBytes(): number {
    return this.#nodes.sketchBytes;
  }

  /** How many scores were computed so far, by this thread; wraps at 2 ** 32. Estimates do not count. */
  get evaluations(): number {
    return this.#thread.evaluations;
  }

  /**
   * Makes room for `nodes` in all.
   *
   * @throws {InvalidInputError} workers are linking nodes
   * @throws {MemoryLimitError} they do not fit; the graph is as before
   */
  reserve(nodes: number): void {
    this.#expectIdle();
    this.#nodes.reserve(nodes);
  }

  /**
   * Makes room for `nodes` in all and for some more, unless only these fit.
   *
   * @param levels the levels of the new ones, added up
   * @param beam the widest that they will be added with
   * @throws {InvalidInputError} workers are linking nodes
   * @throws {MemoryLimitError} they do not fit; the graph is as before
   */
  makeRoom(nodes: number, levels: number, beam: number): void {
    this.#expectIdle();
    this.#nodes.makeRoom(nodes, levels);
    this.#thread.headerFor(beam, this.#nodes.capacity);
  }

  /**
   * Adds a node and links it.
   *
   * @param level the highest level it is on, 0 to 31
   * @param beam candidates that are kept while looking for neighbours
   * @throws {MemoryLimitError} it does not fit; the graph is as before
   */
  add(code: GraphCode, level: number, beam: number): void {
    this.makeRoom(this.size + 1, level, beam);
    const node = this.append(code, level);
    this.link(node, beam);
  }

  /**
   * Adds a node without links: a walk does not find it before {@link link} or {@link linkInThreads}. There is room.
   *
   * @returns its number
   */
  append(code: GraphCode, level: number): number {
    const header = this.#thread.headerFor(0);
    this.#thread.ask(code);
    const node = this.#nodes.append(level);
    const { kernels, buffer } = this.#memory;
    (kernels?.packNode ?? packNodeReference(buffer))(header, node);
    return node;
  }

  /** Links a node that was appended, after all before it. */
  link(node: number, beam: number): void {
    const root = this.#nodes.rootWords();
    if (node === 0) root[ROOT_FIELDS.topLevel / 4] = this.#nodes.levelOf(0);
    else {
      const { kernels, buffer } = this.#memory;
      const header = this.#thread.headerFor(beam);
      (kernels?.insertNode ?? insertNodeReference(buffer))(header, node, beam);
    }
  }

  /**
   * Links the nodes from `first` on, which were appended, on worker threads that share the memory.
   *
   * Walks may go on meanwhile. What would move nodes or drop them is refused until all workers have ended.
   *
   * @returns how many nodes are linked: fewer than there are once the signal has fired
   * @throws what ended a worker
   */
  async linkInThreads(first: number, options: LinkingOptions): Promise<number> {
    this.#expectIdle();
    this.#isLinking = true;
    try {
      return await linkInThreads(this.#memory, this.#nodes, first, options);
    } finally {
      this.#isLinking = false;
    }
  }

  /**
   * Gives nodes links in place of those that lead to nodes that are going, which {@link compact} then drops. Yields after
   * each; walks may go on meanwhile, and room be made, but no nodes be added or dropped.
   *
   * @param gone a byte a node: 1 for those that go
   * @param beam candidates that are kept while looking for neighbours
   * @throws {MemoryLimitError} no room for the bytes or the beam; links that were given stay
   */
  *repair(gone: Uint8Array, beam: number): Generator<undefined, void> {
    const region = this.#memory.allocate(gone.length);
    try {
      region.uint8(0, gone.length).set(gone);
      for (let node = 0; node < gone.length; node++) {
        if (gone[node] === 1) continue;
        // The memory may have grown since the last step, and nodes have moved.
        const header = this.#thread.headerFor(beam);
        const { kernels, buffer } = this.#memory;
        (kernels?.repairNode ?? repairNodeReference(buffer))(header, node, region.offset, beam);
        yield;
      }
    } finally {
      this.#memory.free(region);
    }
  }

  /** Drops all nodes but those of a list (ascending), and numbers them anew in its order. Links to dropped ones go. */
  compact(kept: Uint32Array): void {
    this.#expectIdle();
    this.#nodes.compact(kept);
  }

  /**
   * The best `beam` nodes that a search finds, or all where there are fewer.
   *
   * @param hidden a node of the ground level alone that the search must not meet: as if it had never been added, but
   *   for the links that others chose because of it
   * @returns views of the kernel memory, valid until the next call
   */
  search(code: GraphCode, beam: number, hidden?: number): GraphNeighbours {
    if (this.size === 0) return { nodes: new Uint32Array(0), scores: new Float32Array(0) };
    const header = this.#thread.headerFor(beam);
    this.#thread.ask(code);
    const [nodes, scores] = this.#thread.results;
    const { kernels, buffer } = this.#memory;
    if (hidden !== undefined) this.#thread.hide(hidden, true);
    const count = (kernels?.searchGraph ?? searchGraphReference(buffer))(header, beam, nodes, scores);
    if (hidden !== undefined) this.#thread.hide(hidden, false);
    return { nodes: new Uint32Array(buffer, nodes, count), scores: new Float32Array(buffer, scores, count) };
  }

  /** The highest level of a node. */
  levelOf(node: number): number {
    return this.#nodes.levelOf(node);
  }

  /** `codes` of {@link parts}: a view. */
  codes(): Int8Array {
    return this.#nodes.codes();
  }

  /** `sketches` of {@link parts}: a view. */
  sketches(): Uint8Array {
    return this.#nodes.sketches();
  }

  /** What it holds: views of the kernel memory, stale after an addition; the levels are a copy. */
  parts(): GraphParts {
    return this.#nodes.parts();
  }

  /**
   * Takes over what another's {@link parts} were, in place of what it has.
   *
   * Checked by the caller: links are nodes of their level, and no more than there is room for.
   *
   * @throws {MemoryLimitError} it does not fit
   */
  restore(parts: GraphParts): void {
    this.#expectIdle();
    this.#nodes.restore(parts);
  }

  /**
   * Gives the kernel memory back. Nothing may be called afterwards.
   *
   * @throws {InvalidInputError} workers are linking nodes
   */
  close(): void {
    this.#expectIdle();
    this.#thread.close();
    this.#nodes.close();
  }

  /** Workers have pointers to where the nodes are. */
  #expectIdle(): void {
    if (!this.#isLinking) return;
    throw new InvalidInputError(
      { source: 'Graph' },
      'workers are linking nodes',
      'Wait for what linkInThreads returned.',
    );
  }
}
