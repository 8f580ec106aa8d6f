import type { SavedIndex } from '@sluice/core';
import type { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import { bytesOf, SavedBlocks } from '../../saved-blocks.js';
import { checkedLengths } from '../checked-vectors.js';
import { expectDistinct } from '../expect-distinct.js';
import { type VectorShape, vectorShapeFields } from '../vector-shape.js';
import { type FlatSettings, flatParameterFields } from './flat-options.js';
import { FlatParts } from './flat-parts.js';
import { HalfRows } from './half-rows.js';
import { Int8Rows } from './int8-rows.js';
import type { SignsScores } from './signs-scores.js';
import { VectorRows } from './vector-rows.js';

const KIND = 'flat';
const VERSION = 1;
const MAX_ROWS = 2 ** 30;
/** As a damaged code may be. */
const LARGEST_CODE = 128;
/** With two squared lengths below it, neither an inner product nor a squared distance leaves float32. */
const LONGEST_SQUARED = 2 ** 125;
/** What rounding to float32 leaves of a unit length, and far more. */
const UNIT_TOLERANCE = 1e-4;
/** Bits of the exponent of a float16: all set in what is not finite. */
const HALF_EXPONENT = 0x7c00;

interface Header extends VectorShape, FlatSettings {
  readonly rows: number;
}

const headerSchema: z.ZodType<Header> = z.strictObject({
  ...vectorShapeFields,
  ...flatParameterFields,
  storage: z.enum(['float32', 'float16', 'int8', 'binary']),
  rows: z.int().min(0).max(MAX_ROWS),
});

/**
 * The rows of an index as blocks: `ordinals`, uint32, and, padded as in memory, `vectors` (float32), `halves` (float16)
 * or `codes`, `scales` and `squares` (int8); of a binary one also `signs`, `weights` and `squareSums`.
 */
export function saveRows(
  { dimensions, similarity }: VectorShape,
  settings: FlatSettings,
  parts: FlatParts,
): SavedIndex {
  const { rows, signs } = parts;
  const { signs: bits, weights, squares } = signs?.blocks(rows.size) ?? {};
  return {
    kind: KIND,
    version: VERSION,
    header: { dimensions, similarity, ...settings, rows: rows.size },
    blocks: {
      ordinals: bytesOf(rows.ordinals()),
      ...rows.blocks(),
      ...(bits && weights && squares && { signs: bits, weights, squareSums: squares }),
    },
  };
}

/** An index as it was saved. */
export interface LoadedRows {
  readonly shape: VectorShape;
  readonly settings: FlatSettings;
  readonly parts: FlatParts;
}

/**
 * What {@link saveRows} wrote, in `memory`.
 *
 * @throws {InvalidInputError} it is not that, or not what an index may hold
 */
export function loadRows(saved: SavedIndex, memory: KernelMemory): LoadedRows {
  const blocks = new SavedBlocks(saved, KIND, VERSION, headerSchema);
  const { rows: count, dimensions, similarity, ...settings } = blocks.header;
  const shape = { dimensions, similarity };
  const ordinals = blocks.uint32('ordinals', count);
  expectDistinct(ordinals, count);
  const parts = FlatParts.empty(shape, settings, memory);
  try {
    const { rows, signs } = parts;
    if (rows instanceof VectorRows) restoreVectors(rows, blocks, shape, ordinals);
    if (rows instanceof HalfRows) restoreHalves(rows, blocks, ordinals);
    if (rows instanceof Int8Rows) restoreCodes(rows, blocks, ordinals);
    if (signs) restoreSigns(signs, blocks, count);
    return { shape, settings, parts };
  } catch (error) {
    parts.close();
    throw error;
  }
}

/**
 * Rows of `ordinals` with the block `vectors`, checked; without leaving memory behind where they are refused.
 *
 * @throws {InvalidInputError} the block has another size, or a vector is not one that an index may hold
 */
export function restoredRows(
  blocks: SavedBlocks<unknown>,
  shape: VectorShape,
  ordinals: Uint32Array,
  memory: KernelMemory,
): VectorRows {
  const rows = new VectorRows(memory, shape.dimensions);
  try {
    restoreVectors(rows, blocks, shape, ordinals);
    return rows;
  } catch (error) {
    rows.close();
    throw error;
  }
}

function restoreVectors(
  rows: VectorRows,
  blocks: SavedBlocks<unknown>,
  { dimensions, similarity }: VectorShape,
  ordinals: Uint32Array,
): void {
  const { columns } = rows;
  const data = rows.restore(ordinals, blocks.bytes('vectors', ordinals.length * columns * 4));
  const vectors = { data, rows: ordinals.length, columns };
  const lengths = checkedLengths('vectors', vectors, { dimensions: columns, similarity });
  for (const [row, length] of lengths.entries()) {
    const isUnit = similarity !== 'cosine' || Math.abs(length - 1) <= UNIT_TOLERANCE;
    if (!isUnit) throw blocks.refused(`row ${row} has a length of ${length} instead of 1`);
    for (let at = row * columns + dimensions; at < (row + 1) * columns; at++) {
      if (data[at] !== 0) throw blocks.refused(`row ${row} goes on after its ${dimensions} numbers`);
    }
  }
}

function restoreHalves(rows: HalfRows, blocks: SavedBlocks<unknown>, ordinals: Uint32Array): void {
  rows.restore(ordinals, blocks.bytes('halves', ordinals.length * rows.columns * 2));
  const halves = rows.halves();
  for (let at = 0; at < halves.length; at++) {
    if (((halves[at] ?? 0) & HALF_EXPONENT) !== HALF_EXPONENT) continue;
    throw blocks.refused(`row ${Math.floor(at / rows.columns)} has a number that is not finite`);
  }
}

function restoreCodes(rows: Int8Rows, blocks: SavedBlocks<unknown>, ordinals: Uint32Array): void {
  const count = ordinals.length;
  const scales = blocks.float32('scales', count);
  const squares = blocks.float32('squares', count);
  for (let row = 0; row < count; row++) {
    const longest = rows.dimensions * ((scales[row] ?? 0) * LARGEST_CODE) ** 2;
    const square = squares[row] ?? 0;
    const isSound = longest < LONGEST_SQUARED && (scales[row] ?? 0) >= 0 && square >= 0 && square <= longest;
    if (!isSound) throw blocks.refused(`row ${row} is too long, or no number`);
  }
  rows.restore(ordinals, {
    codes: blocks.bytes('codes', count * rows.stride),
    scales: bytesOf(scales),
    squares: bytesOf(squares),
  });
}

function restoreSigns(signs: SignsScores, blocks: SavedBlocks<unknown>, count: number): void {
  const [weights, squares] = [blocks.float32('weights', count), blocks.float32('squareSums', count)];
  const areSound = [weights, squares].every((values) => values.every((value) => value >= 0 && value < LONGEST_SQUARED));
  if (!areSound) throw blocks.refused('a weight or a square is not a number that it can be');
  signs.restore(count, {
    signs: blocks.bytes('signs', count * signs.width),
    weights: bytesOf(weights),
    squares: bytesOf(squares),
  });
}
