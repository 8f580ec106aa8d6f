import type { SavedIndex } from '@sluice/core';
import type { Graph, GraphParts, KernelMemory } from '@sluice/kernels';
import { graphColumns, graphSketchBytes } from '@sluice/kernels';
import { z } from 'zod';
import { bytesOf, privateBytesOf, SavedBlocks } from '../../saved-blocks.js';
import { restoredRows } from '../flat/saved-rows.js';
import { type VectorShape, vectorShapeFields } from '../vector-shape.js';
import { type BeamCalibration, beamCalibrationSchema } from './beam-calibration.js';
import { CompactRows } from './compact-rows.js';
import { type HnswSettings, hnswParameters } from './hnsw-options.js';
import { emptyGraph, type HnswParts, type HnswRows } from './hnsw-parts.js';
import { LiveRows } from './live-rows.js';

const KIND = 'hnsw';
const VERSION = 3;
const MAX_ROWS = 2 ** 30;
/** As a damaged integer may be: a code of 128 and its sign. */
const LARGEST_SIZE = 248;
const HIGHEST_LEVEL = 31;
/** Float32 numbers at the end of a sketch, the scale first. */
const SKETCH_NUMBERS = 4;
/** With two squared lengths below it, neither an inner product nor a squared distance leaves float32. */
const LONGEST_SQUARED = 2 ** 125 + 2 ** 123;

interface Header extends VectorShape {
  readonly settings: HnswSettings;
  readonly rows: number;
  readonly calibration?: BeamCalibration | undefined;
}

const headerSchema: z.ZodType<Header> = z.strictObject({
  ...vectorShapeFields,
  settings: hnswParameters,
  rows: z.int().min(0).max(MAX_ROWS),
  calibration: beamCalibrationSchema.optional(),
});

/**
 * The index as blocks. One entry a row in each: `ordinals` (uint32), `gone` (uint8, 1 where the row was removed),
 * `vectors` (float32, padded) where they are kept, and what a graph's parts are.
 */
export function saveHnsw(
  { dimensions, similarity }: VectorShape,
  settings: HnswSettings,
  { rows, graph, live }: HnswParts,
  calibration: BeamCalibration | undefined,
): SavedIndex {
  const { codes, sketches, levels, links, upperLinks } = graph.parts();
  return {
    kind: KIND,
    version: VERSION,
    header: {
      ...{ dimensions, similarity, settings: { ...settings }, rows: rows.size },
      ...(calibration && {
        calibration: { ...calibration, points: calibration.points.map((point) => ({ ...point })) },
      }),
    },
    blocks: {
      ordinals: bytesOf(rows.ordinals()),
      gone: Uint8Array.from({ length: rows.size }, (_, row) => (live.has(row) ? 0 : 1)),
      ...(rows.access === 'in-place' && { vectors: privateBytesOf(rows.vectors()) }),
      codes: privateBytesOf(codes),
      sketches: privateBytesOf(sketches),
      levels,
      links: privateBytesOf(links),
      upperLinks: privateBytesOf(upperLinks),
    },
  };
}

/** An index as it was saved. */
export interface LoadedHnsw extends HnswParts {
  readonly shape: VectorShape;
  readonly settings: HnswSettings;
  readonly calibration: BeamCalibration | undefined;
}

/**
 * What {@link saveHnsw} wrote, in `memory`.
 *
 * @throws {InvalidInputError} it is not that, or a walk over it could leave the graph
 */
export function loadHnsw(saved: SavedIndex, memory: KernelMemory): LoadedHnsw {
  const blocks = new SavedBlocks(saved, KIND, VERSION, headerSchema);
  const { dimensions, similarity, settings, calibration, rows: count } = blocks.header;
  const shape = { dimensions, similarity };
  const ordinals = blocks.uint32('ordinals', count);
  const gone = blocks.bytes('gone', count);
  const parts = readParts(blocks);
  expectSound(blocks, parts);
  const graph = emptyGraph(memory, shape, settings);
  const live = new LiveRows();
  live.grow(count);
  let rows: HnswRows | undefined;
  try {
    graph.restore(parts);
    rows =
      settings.storage === 'float32'
        ? restoredRows(blocks, shape, ordinals, memory)
        : restoredCompactRows(ordinals, { memory, dimensions, graph });
    removeGone(blocks, { rows, live }, gone);
    return { shape, settings, calibration, rows, graph, live };
  } catch (error) {
    rows?.close();
    graph.close();
    throw error;
  }
}

function restoredCompactRows(
  ordinals: Uint32Array,
  { memory, dimensions, graph }: { memory: KernelMemory; dimensions: number; graph: Graph },
): CompactRows {
  const rows = new CompactRows(memory, dimensions, graph);
  try {
    rows.restore(ordinals);
    return rows;
  } catch (error) {
    rows.close();
    throw error;
  }
}

function readParts(blocks: SavedBlocks<Header>): GraphParts {
  const { dimensions, settings, rows } = blocks.header;
  const levels = blocks.bytes('levels', rows);
  const upperBlocks = levels.reduce((sum, level) => sum + level, 0);
  return {
    codes: blocks.int8('codes', rows * graphColumns(dimensions)),
    sketches: blocks.bytes('sketches', rows * graphSketchBytes(dimensions)),
    levels,
    links: blocks.uint32View('links', rows * (2 * settings.degree + 1)),
    upperLinks: blocks.uint32View('upperLinks', upperBlocks * (settings.degree + 1)),
  };
}

/** The numbers of each sketch are ones that a vector has, and none that decodes is too long for scores in float32. */
function expectNumbers(blocks: SavedBlocks<Header>): void {
  const { dimensions, rows, similarity } = blocks.header;
  const words = graphSketchBytes(dimensions) / 4;
  const numbers = blocks.float32View('sketches', rows * words);
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * words;
    const scale = numbers[end - SKETCH_NUMBERS] ?? 0;
    const bias = numbers[end - SKETCH_NUMBERS + 1] ?? 0;
    const isMade = scale >= 0 && (similarity === 'euclidean' ? bias <= 0 : bias === 0);
    if (!isMade) throw blocks.refused(`row ${row} has a scale of ${scale} and a bias of ${bias}`);
    const largest = scale * LARGEST_SIZE;
    if (!(dimensions * largest * largest < LONGEST_SQUARED))
      throw blocks.refused(`row ${row} is too long, or no number`);
    for (let at = end - SKETCH_NUMBERS + 1; at < end; at++) {
      if (!Number.isFinite(numbers[at])) throw blocks.refused(`a number of row ${row} is not finite`);
    }
  }
}

/** Every link leads to a node that is on its level, and no block is longer than there is room. */
function expectSound(blocks: SavedBlocks<Header>, { levels, ...parts }: GraphParts): void {
  const highest = levels.reduce((top, level) => Math.max(top, level), 0);
  if (highest > HIGHEST_LEVEL) throw blocks.refused(`a node is on level ${highest}`);
  expectNumbers(blocks);
  const { degree } = blocks.header.settings;
  for (let row = 0; row < levels.length; row++) expectLinks(blocks, parts.links, row, 2 * degree, 0, levels);
  let block = 0;
  for (const level of levels) {
    for (let at = 1; at <= level; at++) expectLinks(blocks, parts.upperLinks, block++, degree, at, levels);
  }
}

function expectLinks(
  blocks: SavedBlocks<Header>,
  links: Uint32Array,
  block: number,
  degree: number,
  level: number,
  levels: Uint8Array,
): void {
  const start = block * (degree + 1);
  const count = links[start] ?? 0;
  if (count > degree) throw blocks.refused(`a node has ${count} links where there is room for ${degree}`);
  for (let at = start + 1; at <= start + count; at++) {
    const node = links[at] ?? 0;
    if (node >= levels.length || (levels[node] ?? 0) < level) {
      throw blocks.refused(`a link leads to node ${node}, which is not on level ${level}`);
    }
  }
}

/** A removed row keeps its place; its ordinal may be there again in a later row, and once among those that are live. */
function removeGone(
  blocks: SavedBlocks<Header>,
  { rows, live }: Pick<HnswParts, 'rows' | 'live'>,
  gone: Uint8Array,
): void {
  const ordinals = rows.ordinals();
  for (const [row, isGone] of gone.entries()) {
    if (isGone > 1) throw blocks.refused(`block 'gone' has ${isGone} where 0 or 1 must be`);
    if (isGone === 1) live.delete(row);
    const ordinal = ordinals[row] ?? 0;
    if (isGone === 0 && rows.rowOf(ordinal) !== row) throw blocks.refused(`ordinal ${ordinal} is there twice`);
    if (isGone === 1 && rows.rowOf(ordinal) === row) rows.abandon(ordinal);
  }
}
