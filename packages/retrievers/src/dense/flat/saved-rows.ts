import { InvalidInputError, type SavedIndex } from '@sluice/core';
import type { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import { checkedLengths } from '../checked-vectors.js';
import { expectDistinct } from '../expect-distinct.js';
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
  const { dimensions, similarity, rows: count } = parseHeader(saved);
  const rows = new VectorRows(memory, dimensions);
  const { columns } = rows;
  const ordinals = new Uint32Array(count);
  bytesOf(ordinals).set(blockOf(saved, 'ordinals', count * 4));
  const vectors = blockOf(saved, 'vectors', count * columns * 4);
  expectDistinct(ordinals, count);
  try {
    const restored = rows.restore(ordinals, vectors);
    checkedLengths('vectors', { data: restored, rows: count, columns }, { dimensions: columns, similarity });
  } catch (error) {
    rows.close();
    throw error;
  }
  return { shape: { dimensions, similarity }, rows };
}

function parseHeader({ kind, version, header }: SavedIndex): Header {
  if (kind !== KIND || version !== VERSION) {
    throw refused(`this is '${kind}' in version ${version}, not '${KIND}' in version ${VERSION}`);
  }
  const { data, error } = headerSchema.safeParse(header);
  if (error) throw refused(`the header is not valid (${error.issues.map(({ path }) => path.join('.')).join(', ')})`);
  return data;
}

function blockOf({ blocks }: SavedIndex, name: string, bytes: number): Uint8Array {
  const block = blocks[name];
  if (!block) throw refused(`block '${name}' is missing`);
  if (block.length !== bytes) throw refused(`block '${name}' has ${block.length} bytes instead of ${bytes}`);
  return block;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function refused(problem: string): InvalidInputError {
  return new InvalidInputError({ source: 'saved index' }, problem, 'Load what flatIndex().save() wrote.');
}
