import type { KernelMemory } from '../memory.js';
import type { Region } from '../region.js';
import { GRAPH_FIELDS, GRAPH_HEADER_BYTES, signBytes } from './graph-layout.js';
import { type GraphNodes, seenBytes } from './graph-nodes.js';
import type { GraphCode } from './graph-shape.js';

const TRAIL_LENGTH = 16_384;
/** Up to so many bytes of marks, all are cleared after a search: following the trail takes longer. */
const CLEARED_BYTES = 65_536;
const FIRST_BEAM = 256;
/** Standard deviations that an estimate may be short by: at 1, recall on text embeddings is .001 short of what it is without estimates. */
const MARGIN = 1;

/** What one thread needs to work on a graph: a header, and scratch of its own. */
export class GraphThread {
  readonly #nodes: GraphNodes;
  readonly #memory: KernelMemory;
  readonly #header: Region;
  readonly #scratch: Region;
  readonly #seen: Region;
  readonly #pool: Region;
  #beam = FIRST_BEAM;
  #version = -1;

  /** @throws {MemoryLimitError} no room; nothing is left behind */
  constructor(nodes: GraphNodes) {
    this.#nodes = nodes;
    this.#memory = nodes.memory;
    this.#header = this.#memory.allocate(0);
    this.#scratch = this.#memory.allocate(0);
    this.#seen = this.#memory.allocate(0);
    this.#pool = this.#memory.allocate(0);
    try {
      this.#memory.resize(this.#header, GRAPH_HEADER_BYTES);
      this.#memory.resize(this.#scratch, this.#scratchOffsets().end);
      this.#memory.resize(this.#pool, this.#beam * 16);
    } catch (error) {
      this.close();
      throw error;
    }
    this.#header.uint8().fill(0);
  }

  get bytes(): number {
    return this.#regions().reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get evaluations(): number {
    return this.#header.uint32()[GRAPH_FIELDS.evaluations / 4] ?? 0;
  }

  /**
   * Where its header is, for a kernel that works with a beam of up to so many, on up to so many nodes.
   *
   * @param nodes more than there are where some are about to be added
   * @throws {MemoryLimitError} no room
   */
  headerFor(beam: number, nodes: number = this.#nodes.size): number {
    const isReady = this.#version === this.#nodes.version && beam <= this.#beam && seenBytes(nodes) <= this.#seen.bytes;
    if (!isReady) this.#makeReady(beam, nodes);
    return this.#header.offset;
  }

  /** Where results may be put: room for `beam` numbers twice, behind the pool. */
  get results(): readonly [nodes: number, scores: number] {
    return [this.#pool.offset + this.#beam * 8, this.#pool.offset + this.#beam * 12];
  }

  /** Sets what is asked for; {@link headerFor} comes first. */
  ask({ integers, scale, bias }: GraphCode): void {
    this.#scratch.int16(0, this.#nodes.shape.columns).set(integers);
    const header = this.#header.float32();
    header[GRAPH_FIELDS.queryOwnScale / 4] = scale;
    header[GRAPH_FIELDS.queryBias / 4] = bias;
  }

  /** Lets the next search not meet a node of the ground level, or meet it again. */
  hide(node: number, isHidden: boolean): void {
    this.#seen.uint32()[node >>> 5] = isHidden ? 1 << (node & 31) : 0;
  }

  close(): void {
    for (const region of this.#regions()) this.#memory.free(region);
  }

  #makeReady(beam: number, nodes: number): void {
    // What moves before something does not fit is pointed at anew.
    this.#version = -1;
    const beams = Math.max(this.#beam, beam);
    if (beams > this.#beam) this.#memory.resize(this.#pool, beams * 16);
    this.#beam = beams;
    const bytes = seenBytes(nodes);
    if (bytes > this.#seen.bytes) {
      this.#memory.resize(this.#seen, bytes);
      this.#seen.uint8().fill(0);
    }
    this.#point();
    this.#version = this.#nodes.version;
  }

  #point(): void {
    const { shape, sketchBytes, pointers } = this.#nodes;
    const { end: _, ...offsets } = this.#scratchOffsets();
    const scratch = Object.entries(offsets).map(([name, offset]) => [name, this.#scratch.offset + offset] as const);
    const fields = {
      ...pointers,
      ...Object.fromEntries(scratch),
      ...{ seen: this.#seen.offset, pool: this.#pool.offset },
      ...{ sketchBytes, columns: shape.columns, groundDegree: shape.degree * 2, upperDegree: shape.degree },
      ...{ seenBytes: this.#seen.bytes, trailLength: this.#seen.bytes <= CLEARED_BYTES ? 0 : TRAIL_LENGTH },
    };
    const header = this.#header.uint32();
    for (const [name, value] of Object.entries(fields)) header[fieldAt(name)] = value;
    this.#header.float32()[GRAPH_FIELDS.factor / 4] = shape.factor;
    this.#header.float32()[GRAPH_FIELDS.margin / 4] = MARGIN;
  }

  /** Scratch of the kernels, each part on a line of its own; the query is first. */
  #scratchOffsets(): Record<string, number> & { readonly end: number } {
    const { columns, degree } = this.#nodes.shape;
    const sizes = {
      query: columns * 2,
      planes: signBytes(columns) * 9,
      trail: TRAIL_LENGTH * 4,
      ...{ batch: degree * 8, scores: degree * 8, highs: degree * 8 },
      rivals: (degree * 2 + 2) * 8,
      decoded: (degree * 2 + 2) * columns * 2,
    };
    const offsets: Record<string, number> = {};
    let end = 0;
    for (const [name, bytes] of Object.entries(sizes)) {
      offsets[name] = end;
      end += Math.ceil(bytes / 64) * 64;
    }
    return { ...offsets, end };
  }

  #regions(): Region[] {
    return [this.#header, this.#scratch, this.#seen, this.#pool];
  }
}

function fieldAt(name: string): number {
  const offset = Object.entries(GRAPH_FIELDS).find(([field]) => field === name)?.[1];
  if (offset === undefined) throw new RangeError(`A graph has no field '${name}'.`);
  return offset / 4;
}
