import type { SavedIndex } from '@sluice/core';
import type { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import { checkedLengths } from '../checked-vectors.js';
import { expectDistinct } from '../expect-distinct.js';
import { bytesOf, SavedBlocks } from '../saved-blocks.js';
import { type VectorShape, vectorShapeFields } from '../vector-shape.js';
import { VectorRows } from './vector-rows.js';

const KIND = 'flat';
const VERSION = 1;
const MAX_ROWS = 2 ** 30;

interface Header extends VectorShape {
  readonly storage: 'float32';
  readonly rows: number;
}

const headerSchema: z.ZodType<Header> = z.strictObject({
  ...vectorShapeFields,
  storage: z.literal('float32'),
  rows: z.int().min(0).max(MAX_ROWS),
});

/** The rows of an index as blocks: `ordinals`, uint32, and `vectors`, float32 and padded as in memory. */
export function saveRows({ dimensions, similarity }: VectorShape, rows: VectorRows): SavedIndex {
  return {
    kind: KIND,
    version: VERSION,
    header: { dimensions, similarity, storage: 'float32', rows: rows.size },
    blocks: { ordinals: bytesOf(rows.ordinals()), vectors: bytesOf(rows.vectors()) },
  };
}

/**
 * What {@link saveRows} wrote, in `memory`.
 *
 * @throws {InvalidInputError} it is not that, or not what an index may hold
 */
export function loadRows(saved: SavedIndex, memory: KernelMemory): { shape: VectorShape; rows: VectorRows } {
  const blocks = new SavedBlocks(saved, KIND, VERSION, headerSchema);
  const { dimensions, similarity, rows: count } = blocks.header;
  const shape = { dimensions, similarity };
  const ordinals = blocks.uint32('ordinals', count);
  expectDistinct(ordinals, count);
  return { shape, rows: restoredRows(blocks, shape, ordinals, memory) };
}

/**
 * Rows of `ordinals` with the block `vectors`, checked; without leaving memory behind where they are refused.
 *
 * @throws {InvalidInputError} the block has another size, or a vector is not one that an index may hold
 */
export function restoredRows(
  blocks: SavedBlocks<unknown>,
  { dimensions, similarity }: VectorShape,
  ordinals: Uint32Array,
  memory: KernelMemory,
): VectorRows {
  const rows = new VectorRows(memory, dimensions);
  const { columns } = rows;
  try {
    const data = rows.restore(ordinals, blocks.bytes('vectors', ordinals.length * columns * 4));
    const vectors = { data, rows: ordinals.length, columns };
    checkedLengths('vectors', vectors, { dimensions: columns, similarity });
    return rows;
  } catch (error) {
    rows.close();
    throw error;
  }
}
