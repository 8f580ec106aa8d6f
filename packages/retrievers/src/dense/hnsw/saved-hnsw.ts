import type { SavedIndex } from '@sluice/core';
import type { Graph, GraphParts, KernelMemory } from '@sluice/kernels';
import { graphColumns } from '@sluice/kernels';
import { z } from 'zod';
import { restoredRows } from '../flat/saved-rows.js';
import { bytesOf, SavedBlocks } from '../saved-blocks.js';
import { type VectorShape, vectorShapeFields } from '../vector-shape.js';
import { type BeamCalibration, beamCalibrationSchema } from './beam-calibration.js';
import { CompactRows } from './compact-rows.js';
import { type HnswSettings, hnswParameters } from './hnsw-options.js';
import { emptyGraph, type HnswParts, type HnswRows } from './hnsw-parts.js';
import { LiveRows } from './live-rows.js';
import { randomLevel } from './random-level.js';

const KIND = 'hnsw';
const VERSION = 2;
const MAX_ROWS = 2 ** 30;
/** As a damaged code may be. */
const LARGEST_CODE = 128;
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
 * `vectors` (float32, padded) or `bits` and `steps` (of compact rows), and what a graph's parts are. Levels follow
 * from the seed.
 */
export function saveHnsw(
  { dimensions, similarity }: VectorShape,
  settings: HnswSettings,
  { rows, graph, live }: HnswParts,
  calibration: BeamCalibration | undefined,
): SavedIndex {
  const { codes, scales, biases, links, upperLinks } = graph.parts();
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
      ...(rows.access === 'decoded'
        ? { bits: bytesOf(rows.bits()), steps: bytesOf(rows.steps()) }
        : { vectors: bytesOf(rows.vectors()) }),
      codes: bytesOf(codes),
      scales: bytesOf(scales),
      biases: bytesOf(biases),
      links: bytesOf(links),
      upperLinks: bytesOf(upperLinks),
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
  const levels = Uint8Array.from({ length: count }, (_, row) => randomLevel(settings.seed, row, settings.degree));
  const parts = readParts(blocks, levels);
  expectSound(blocks, parts, levels);
  const graph = emptyGraph(memory, shape, settings);
  const live = new LiveRows();
  live.grow(count);
  let rows: HnswRows | undefined;
  try {
    graph.restore(parts, levels);
    rows =
      settings.storage === 'float32'
        ? restoredRows(blocks, shape, ordinals, memory)
        : restoredCompactRows(blocks, ordinals, { memory, dimensions, graph });
    removeGone(blocks, { rows, live }, gone);
    return { shape, settings, calibration, rows, graph, live };
  } catch (error) {
    rows?.close();
    graph.close();
    throw error;
  }
}

function restoredCompactRows(
  blocks: SavedBlocks<Header>,
  ordinals: Uint32Array,
  { memory, dimensions, graph }: { memory: KernelMemory; dimensions: number; graph: Graph },
): CompactRows {
  const count = ordinals.length;
  const bits = blocks.bytes('bits', (count * graphColumns(dimensions)) / 8);
  const steps = blocks.float32('steps', count);
  expectScores(blocks, steps);
  const rows = new CompactRows(memory, dimensions, graph);
  try {
    rows.restore(ordinals, bits, steps);
    return rows;
  } catch (error) {
    rows.close();
    throw error;
  }
}

/** No number that decodes is too long for scores in float32. */
function expectScores(blocks: SavedBlocks<Header>, steps: Float32Array): void {
  const { dimensions, rows } = blocks.header;
  const scales = blocks.float32('scales', rows);
  for (const [row, step] of steps.entries()) {
    const largest = Math.abs(scales[row] ?? 0) * LARGEST_CODE + Math.abs(step);
    if (!(dimensions * largest * largest < LONGEST_SQUARED))
      throw blocks.refused(`row ${row} is too long, or no number`);
  }
}

function readParts(blocks: SavedBlocks<Header>, levels: Uint8Array): GraphParts {
  const { dimensions, settings, rows } = blocks.header;
  const upperBlocks = levels.reduce((sum, level) => sum + level, 0);
  return {
    codes: blocks.int8('codes', rows * graphColumns(dimensions)),
    scales: blocks.float32('scales', rows),
    biases: blocks.float32('biases', rows),
    links: blocks.uint32('links', rows * (2 * settings.degree + 1)),
    upperLinks: blocks.uint32('upperLinks', upperBlocks * (settings.degree + 1)),
  };
}

/** Every link leads to a node that is on its level, and no block is longer than there is room. */
function expectSound(blocks: SavedBlocks<Header>, parts: GraphParts, levels: Uint8Array): void {
  const { degree } = blocks.header.settings;
  for (let row = 0; row < levels.length; row++) expectLinks(blocks, parts.links, row, 2 * degree, 0, levels);
  let block = 0;
  for (const [, level] of levels.entries()) {
    for (let at = 1; at <= level; at++) expectLinks(blocks, parts.upperLinks, block++, degree, at, levels);
  }
  const areFinite = [parts.scales, parts.biases].every((values) => values.every(Number.isFinite));
  if (!areFinite) throw blocks.refused('a scale or a bias is not finite');
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
