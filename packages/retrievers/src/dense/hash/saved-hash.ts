import type { SavedIndex } from '@sluice/core';
import type { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import { bytesOf, SavedBlocks } from '../../saved-blocks.js';
import { expectDistinct } from '../expect-distinct.js';
import { restoredRows } from '../flat/saved-rows.js';
import type { VectorRows } from '../flat/vector-rows.js';
import { type VectorShape, vectorShapeFields } from '../vector-shape.js';
import type { BucketChains } from './bucket-chains.js';
import { type HashIndexSettings, hashParameters } from './hash-options.js';
import type { HashScale } from './hash-scale.js';

const KIND = 'hash';
const VERSION = 1;
const MAX_ROWS = 2 ** 30;

interface Header extends VectorShape {
  readonly settings: HashIndexSettings;
  readonly scale: HashScale;
  readonly rows: number;
}

const headerSchema: z.ZodType<Header> = z.strictObject({
  ...vectorShapeFields,
  settings: hashParameters,
  scale: z.strictObject({ value: z.number().min(0), rows: z.int().min(0).max(MAX_ROWS) }),
  rows: z.int().min(0).max(MAX_ROWS),
});

/** What a hash index is, apart from its hash functions: those follow from the seed. */
export interface HashState {
  readonly shape: VectorShape;
  readonly settings: HashIndexSettings;
  readonly scale: HashScale;
  readonly rows: VectorRows;
}

/** The index as blocks: `ordinals` (uint32), `vectors` (float32, padded), `codes` (uint16, a row's tables together). */
export function saveHash({ shape, settings, scale, rows }: HashState, chains: BucketChains): SavedIndex {
  const { dimensions, similarity } = shape;
  return {
    kind: KIND,
    version: VERSION,
    header: { dimensions, similarity, settings: { ...settings }, scale: { ...scale }, rows: rows.size },
    blocks: {
      ordinals: bytesOf(rows.ordinals()),
      vectors: bytesOf(rows.vectors()),
      codes: bytesOf(chains.codes(rows.size)),
    },
  };
}

/**
 * What {@link saveHash} wrote, in `memory`; `codes` are still to be linked.
 *
 * @throws {InvalidInputError} it is not that, or contradicts itself
 */
export function loadHash(saved: SavedIndex, memory: KernelMemory): HashState & { readonly codes: Uint16Array } {
  const blocks = new SavedBlocks(saved, KIND, VERSION, headerSchema);
  const { dimensions, similarity, settings, scale, rows: count } = blocks.header;
  const shape = { dimensions, similarity };
  const ordinals = blocks.uint32('ordinals', count);
  expectDistinct(ordinals, count);
  const codes = new Uint16Array(count * settings.tables);
  new Uint8Array(codes.buffer).set(blocks.bytes('codes', codes.byteLength));
  const outside = codes.find((code) => code >>> settings.bits !== 0);
  if (outside !== undefined) throw blocks.refused(`there is no bucket ${outside}`);
  if (similarity === 'euclidean' && scale.value === 0) throw blocks.refused('slots have no width');
  return { shape, settings, scale, codes, rows: restoredRows(blocks, shape, ordinals, memory) };
}
