import { parseOptions, type SavedIndex } from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import { expectDistinct } from '../dense/expect-distinct.js';
import { bytesOf, SavedBlocks } from '../saved-blocks.js';
import { type MultiVectorShape, multiVectorShapeFields } from './multi-vector-options.js';
import { MultiVectorStore } from './multi-vector-store.js';
import { TokenRows } from './token-rows.js';

const KIND = 'multi-vectors';
const VERSION = 1;
const MAX_ROWS = 2 ** 31;
const MAX_ORDINAL = 0xfffffffe;

interface Header extends MultiVectorShape {
  readonly documents: number;
  readonly vectors: number;
  readonly largestLength: number;
}

const headerSchema: z.ZodType<Header> = z.strictObject({
  ...multiVectorShapeFields,
  documents: z.int().min(0).max(MAX_ROWS),
  vectors: z.int().min(0).max(MAX_ROWS),
  largestLength: z.number().min(0),
});

const surroundings: z.ZodType<{ memory?: KernelMemory | undefined }> = z.strictObject({
  memory: z.instanceof(KernelMemory).optional(),
});

/**
 * The store as blocks: `ordinals` (uint32), `offsets` (uint32, one more), `rows` (float16, padded to a multiple of 8
 * numbers, or int8 codes, to one of 16) and `scales` (float32, one a vector; empty for float16).
 */
export function saveMultiVectors({ shape, ordinals, offsets, rows }: MultiVectorStore): SavedIndex {
  const { fingerprint, dimensions, precision } = shape;
  const facts = { documents: ordinals.length, vectors: rows.count, largestLength: rows.largestLength };
  return {
    kind: KIND,
    version: VERSION,
    header: { fingerprint, dimensions, precision, ...facts },
    blocks: {
      ordinals: bytesOf(ordinals),
      offsets: bytesOf(offsets),
      rows: bytesOf(precision === 'int8' ? rows.codes : rows.halves),
      scales: bytesOf(rows.scales),
    },
  };
}

/**
 * The store that {@link saveMultiVectors} wrote, in `memory`. Numbers are not looked at but for being finite: the
 * container's checksums guard against accidents.
 *
 * @throws {InvalidInputError} it is not one, or its blocks contradict its header or each other
 * @throws {MemoryLimitError} it does not fit `memory`
 */
export function loadMultiVectors(
  saved: SavedIndex,
  options: { readonly memory?: KernelMemory | undefined } = {},
): MultiVectorStore {
  const { memory = new KernelMemory() } = parseOptions(surroundings, options, 'loadMultiVectors');
  const blocks = new SavedBlocks(saved, KIND, VERSION, headerSchema);
  const { documents, vectors, largestLength, ...shape } = blocks.header;
  const ordinals = blocks.uint32('ordinals', documents);
  expectDistinct(ordinals, documents);
  if (ordinals.some((ordinal) => ordinal > MAX_ORDINAL)) throw blocks.refused('an ordinal is out of range');
  const offsets = blocks.uint32('offsets', documents + 1);
  if (offsets[0] !== 0 || offsets[documents] !== vectors)
    throw blocks.refused(`'offsets' does not span ${vectors} rows`);
  if (offsets.some((offset, at) => offset < (offsets[at - 1] ?? 0))) throw blocks.refused("'offsets' decreases");
  const rows = new TokenRows(memory, shape);
  try {
    const isBytes = shape.precision === 'int8';
    const bytes = blocks.bytes('rows', vectors * rows.stride * (isBytes ? 1 : 2));
    const scales = blocks.float32('scales', isBytes ? vectors : 0);
    if (!scales.every((scale) => scale >= 0 && scale < Number.POSITIVE_INFINITY)) {
      throw blocks.refused('a scale is not a number from 0');
    }
    rows.restore(vectors, bytes, scales, largestLength);
    if (rows.halves.some((half) => (half & 0x7c00) === 0x7c00)) throw blocks.refused('a vector is not finite');
    return new MultiVectorStore(rows, ordinals, offsets);
  } catch (error) {
    rows.close();
    throw error;
  }
}
