import { type KernelMemory, type Region, scoreFloat32 } from '@sluice/kernels';
import type { VectorRows } from '../flat/vector-rows.js';
import type { VectorShape } from '../vector-shape.js';
import type { BitFamily } from './bit-family.js';
import { HyperplaneBits } from './hyperplane-bits.js';
import { normalDirections } from './normal-directions.js';
import { SlotBits } from './slot-bits.js';

/** Rows hashed at a time. */
const BLOCK_ROWS = 64;

/** How many hash functions there are: `tables` of `bits` each. */
export interface HashSettings {
  readonly tables: number;
  readonly bits: number;
  readonly seed: number;
}

/** A query's projections, one for each hash function, and what they say about bits. */
export interface HashedQuery {
  readonly family: BitFamily;
  readonly projections: Float32Array;
  /** The query's own bucket in each table. */
  readonly codes: Uint16Array;
}

/**
 * Hashes rows and queries. Hash functions `table * bits` to `table * bits + bits - 1` make the bucket of a table, the
 * first its lowest bit.
 *
 * Inner products are made angles: a row gets one more number, such that all are as long as `scale`, and a query a zero
 * (Neyshabur and Srebro 2015). Under Euclidean distance `scale` is the width of a slot; under cosine it is 1.
 */
export class RowHasher {
  /** What was hashed with another scale must be hashed again. */
  scale = 1;
  readonly #shape: VectorShape;
  readonly #settings: HashSettings;
  readonly #memory: KernelMemory;
  readonly #directions: Region;
  /** The component of each direction along the additional number; and the offsets of slots. */
  readonly #additional: Float32Array;
  readonly #columns: number;
  readonly #offsets: Float64Array;

  constructor(memory: KernelMemory, shape: VectorShape, columns: number, settings: HashSettings) {
    this.#memory = memory;
    this.#shape = shape;
    this.#settings = settings;
    this.#columns = columns;
    const { seed } = settings;
    this.#directions = memory.allocate(this.functions * columns * 4);
    this.#directions
      .float32(0, this.functions * columns)
      .set(normalDirections(this.functions, shape.dimensions, columns, seed));
    this.#additional = normalDirections(this.functions, 1, 1, seed + 1);
    // Any numbers that are as good as uniform ones: golden-ratio steps fall evenly.
    this.#offsets = Float64Array.from({ length: this.functions }, (_, hash) => ((hash + 1) * 0.6180339887498949) % 1);
  }

  /** Hash functions in all. */
  get functions(): number {
    return this.#settings.tables * this.#settings.bits;
  }

  get bytes(): number {
    return this.#directions.bytes;
  }

  /**
   * Calls `visit` with each listed row and its bucket in each table: an array that is overwritten by the next.
   *
   * @param room from {@link scratch}
   */
  hashRows(rows: VectorRows, list: Uint32Array, room: Region, visit: (row: number, codes: Uint16Array) => void): void {
    const columns = this.#columns;
    const family = this.#family(1);
    for (let start = 0; start < list.length; start += BLOCK_ROWS) {
      const block = list.subarray(start, start + BLOCK_ROWS);
      const queries = room.float32(0, block.length * columns);
      const all = rows.vectors();
      for (const [at, row] of block.entries()) {
        queries.set(all.subarray(row * columns, (row + 1) * columns), at * columns);
      }
      const projections = this.#project(room, queries, block.length);
      for (const [at, row] of block.entries()) {
        const own = projections.subarray(at * this.functions, (at + 1) * this.functions);
        this.#addLift(own, queries.subarray(at * columns, (at + 1) * columns));
        visit(row, this.#codesOf(family, own));
      }
    }
  }

  /** @param query padded, unit length under cosine, not zero under inner product */
  hashQuery(query: Float32Array): HashedQuery {
    const room = this.scratch(1);
    try {
      const queries = room.float32(0, this.#columns);
      const length = this.#shape.similarity === 'dot' ? lengthOf(query) : 1;
      queries.set(query.map((value) => value / length));
      const projections = this.#project(room, queries, 1).slice();
      const family = this.#family(length);
      return { family, projections, codes: this.#codesOf(family, projections) };
    } finally {
      this.#memory.free(room);
    }
  }

  /**
   * Memory to hash a block in, to be freed by the caller.
   *
   * @throws {MemoryLimitError} there is no room
   */
  scratch(rows: number = BLOCK_ROWS): Region {
    return this.#memory.allocate(rows * (this.#columns + Math.ceil(this.functions / 4) * 4) * 4);
  }

  close(): void {
    this.#memory.free(this.#directions);
  }

  #project(room: Region, queries: Float32Array, count: number): Float32Array {
    const columns = this.#columns;
    const projections = room.float32(queries.length * 4, count * this.functions);
    const rows = this.#directions.float32(0, this.functions * columns);
    scoreFloat32(this.#memory, { metric: 'dot', queries, rows, scores: projections, columns });
    return projections;
  }

  #addLift(projections: Float32Array, row: Float32Array): void {
    if (this.#shape.similarity !== 'dot') return;
    const missing = Math.sqrt(Math.max(0, this.scale ** 2 - lengthOf(row) ** 2));
    for (let hash = 0; hash < projections.length; hash++) {
      projections[hash] = (projections[hash] ?? 0) + missing * (this.#additional[hash] ?? 0);
    }
  }

  #family(queryLength: number): BitFamily {
    if (this.#shape.similarity === 'euclidean') return new SlotBits(this.scale, this.#offsets);
    return new HyperplaneBits(this.scale * queryLength);
  }

  #codesOf(family: BitFamily, projections: Float32Array): Uint16Array {
    const { tables, bits } = this.#settings;
    const codes = new Uint16Array(tables);
    for (let hash = 0; hash < projections.length; hash++) {
      const table = Math.floor(hash / bits);
      codes[table] = (codes[table] ?? 0) | (family.bit(hash, projections[hash] ?? 0) << (hash % bits));
    }
    return codes;
  }
}

/** Euclidean length, in double precision. */
export function lengthOf(row: Float32Array): number {
  let squared = 0;
  for (let at = 0; at < row.length; at++) squared += (row[at] ?? 0) ** 2;
  return Math.sqrt(squared);
}
