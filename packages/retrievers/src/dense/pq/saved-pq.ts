import type { SavedIndex } from '@sluice/core';
import { CODEWORDS, type KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import { bytesOf, SavedBlocks } from '../../saved-blocks.js';
import { expectDistinct } from '../expect-distinct.js';
import { restoredRows } from '../flat/saved-rows.js';
import type { VectorRows } from '../flat/vector-rows.js';
import { type VectorShape, vectorShapeFields } from '../vector-shape.js';
import { bareRows, CodedRows, int8Rows } from './coded-rows.js';
import { int8Bytes } from './int8-vector.js';
import { divisionProblem, type PqSettings, pqSettings } from './pq-options.js';
import { codecOf } from './train-codec.js';

const KIND = 'pq';
const VERSION = 1;
const MAX_ROWS = 2 ** 30;
/** No number of a vector that an index takes is larger, so no number of a codeword is. */
const LARGEST_NUMBER = 2 ** 63;
const EMPTY = new Uint8Array(0);

/** What is kept of an index: whole vectors before training, coded ones after. */
export type PqState = { readonly rows: VectorRows } | { readonly coded: CodedRows };

interface Header extends VectorShape {
  readonly settings: PqSettings;
  readonly rows: number;
  readonly trained: boolean;
}

const headerSchema: z.ZodType<Header> = z.strictObject({
  ...vectorShapeFields,
  settings: pqSettings,
  rows: z.int().min(0).max(MAX_ROWS),
  trained: z.boolean(),
});

/**
 * The index as blocks: `ordinals` (uint32); `vectors` (float32, padded; empty where they are not kept); after training
 * `codes` (a row `parts` bytes), `codebooks` (float32, see `ProductQuantizer`), `rotation` (float32, row-major; empty
 * without one) and `int8` (see `toInt8`; empty unless kept).
 */
export function savePq({ dimensions, similarity }: VectorShape, settings: PqSettings, state: PqState): SavedIndex {
  const coded = 'coded' in state ? state.coded : undefined;
  const rows = 'coded' in state ? state.coded.rows : state.rows;
  return {
    kind: KIND,
    version: VERSION,
    header: { dimensions, similarity, settings: { ...settings }, rows: rows.size, trained: coded !== undefined },
    blocks: {
      ordinals: bytesOf(rows.ordinals()),
      vectors: bytesOf(rows.vectors()),
      codes: coded?.codes.view(0, rows.size) ?? EMPTY,
      codebooks: coded ? bytesOf(coded.codec.quantizer.codebooks) : EMPTY,
      rotation: coded?.codec.rotation ? bytesOf(coded.codec.rotation.matrix) : EMPTY,
      int8: coded?.int8?.view(0, rows.size) ?? EMPTY,
    },
  };
}

/**
 * What {@link savePq} wrote, in `memory`.
 *
 * @throws {InvalidInputError} it is not that, or contradicts itself
 */
export function loadPq(
  saved: SavedIndex,
  memory: KernelMemory,
): { readonly shape: VectorShape; readonly settings: PqSettings; readonly state: PqState } {
  const blocks = new SavedBlocks(saved, KIND, VERSION, headerSchema);
  const { dimensions, similarity, settings, rows: count, trained } = blocks.header;
  const problem = divisionProblem({ dimensions, ...settings });
  if (problem) throw blocks.refused(`${problem.path} ${problem.message}`);
  const shape = { dimensions, similarity };
  const ordinals = blocks.uint32('ordinals', count);
  expectDistinct(ordinals, count);
  const parts = readCodes(blocks, trained ? count : 0);
  const isWhole = !trained || settings.kept === 'float32';
  const rows = isWhole ? restoredRows(blocks, shape, ordinals, memory) : restoredBare(blocks, ordinals, memory);
  if (!trained) return { shape, settings, state: { rows } };
  try {
    return { shape, settings, state: { coded: restoredCodes(blocks.header, rows, parts) } };
  } catch (error) {
    rows.close();
    throw error;
  }
}

interface SavedCodes {
  readonly codebooks: Float32Array;
  readonly matrix: Float32Array;
  readonly codes: Uint8Array;
  readonly int8: Uint8Array;
}

function readCodes(blocks: SavedBlocks<Header>, count: number): SavedCodes {
  const { dimensions, similarity, settings, trained } = blocks.header;
  const { codedWidth, rotation, parts, kept } = settings;
  const codebooks = blocks.float32('codebooks', trained ? CODEWORDS * codedWidth : 0);
  const matrix = blocks.float32('rotation', trained && rotation !== 'none' ? codedWidth * codedWidth : 0);
  const codes = blocks.bytes('codes', count * parts);
  const int8 = blocks.bytes('int8', kept === 'int8' ? count * int8Bytes(dimensions) : 0);
  const largest = similarity === 'cosine' ? 2 : LARGEST_NUMBER;
  // Not NaN either: it is not at most anything.
  if (!codebooks.every((value) => Math.abs(value) <= largest)) throw blocks.refused('a codeword is out of range');
  if (!matrix.every((value) => Math.abs(value) <= 2)) throw blocks.refused('the rotation is out of range');
  for (let row = 0; row < int8.length; row += int8Bytes(dimensions)) {
    const scale = new DataView(int8.buffer, int8.byteOffset + row).getFloat32(0, true);
    if (!(scale >= 0 && scale <= largest)) throw blocks.refused('a scale is out of range');
  }
  return { codebooks, matrix, codes, int8 };
}

function restoredBare(blocks: SavedBlocks<Header>, ordinals: Uint32Array, memory: KernelMemory): VectorRows {
  blocks.bytes('vectors', 0);
  const rows = bareRows(memory);
  rows.restore(ordinals, EMPTY);
  return rows;
}

function restoredCodes(header: Header, rows: VectorRows, { codebooks, matrix, codes, int8 }: SavedCodes): CodedRows {
  const { dimensions, similarity, settings } = header;
  const turned = matrix.length > 0 ? { codebooks, matrix } : { codebooks };
  const codec = codecOf(rows.memory, similarity, settings, turned);
  const coded = new CodedRows(rows, codec, int8Rows(rows.memory, dimensions, settings.kept));
  try {
    coded.codes.reserve(rows.size);
    coded.codes.view(0, rows.size).set(codes);
    coded.int8?.reserve(rows.size);
    coded.int8?.view(0, rows.size).set(int8);
    return coded;
  } catch (error) {
    coded.closeCodes();
    throw error;
  }
}
