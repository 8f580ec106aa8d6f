import type { Json, SavedIndex } from '@sluice/core';
import type { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import { bytesOf, SavedBlocks } from '../../saved-blocks.js';
import { expectDistinct } from '../expect-distinct.js';
import { restoredRows } from '../flat/saved-rows.js';
import type { VectorRows } from '../flat/vector-rows.js';
import { type VectorShape, vectorShapeFields } from '../vector-shape.js';
import type { CandidateEngine, CandidateEngines, EngineLoader } from './candidate-engine.js';
import { LiveLabels } from './live-labels.js';

const VERSION = 1;
const MAX_ROWS = 2 ** 30;
const GONE = 0xffffffff;

/** Settings of a rescored index, filled in. */
export interface RescoredSettings {
  readonly scanBelow: number;
}

interface Header extends VectorShape {
  readonly settings: RescoredSettings;
  readonly rows: number;
  readonly labels: number;
  readonly engine: Json;
  readonly engineBytes: number;
  readonly checksum: string;
}

const count = z.int().min(0).max(MAX_ROWS);

const headerSchema: z.ZodType<Header> = z.strictObject({
  ...vectorShapeFields,
  settings: z.strictObject({ scanBelow: z.int().min(0) }),
  rows: count,
  labels: count,
  engine: z.json(),
  engineBytes: z.int().min(0),
  checksum: z.string(),
});

/** What a rescored index is. */
export interface RescoredParts {
  readonly rows: VectorRows;
  readonly labels: LiveLabels;
  readonly engine: CandidateEngine;
}

/** What {@link loadRescored} reads. */
export interface LoadedRescored extends RescoredParts {
  readonly engines: CandidateEngines;
  readonly shape: VectorShape;
  readonly settings: RescoredSettings;
}

/**
 * The index as blocks: `ordinals` (uint32) and `vectors` (float32, padded) of the rows, `labels` (uint32: the row of
 * each, or 2^32 - 1 where it no longer counts), and `engine`.
 */
export function saveRescored(
  { dimensions, similarity }: VectorShape,
  settings: RescoredSettings,
  { rows, labels, engine }: RescoredParts,
  engines: CandidateEngines,
): SavedIndex {
  const bytes = engine.save();
  return {
    kind: engines.kind,
    version: VERSION,
    header: {
      ...{ dimensions, similarity, settings: { ...settings }, rows: rows.size, labels: labels.count },
      ...{ engine: engines.settings, engineBytes: bytes.length, checksum: engines.checksum(bytes) },
    },
    blocks: {
      ordinals: bytesOf(rows.ordinals()),
      vectors: bytesOf(rows.vectors()),
      labels: bytesOf(labels.ordinals().map((_, label) => rowOfLabel(rows, labels, label))),
      engine: bytes,
    },
  };
}

/**
 * What {@link saveRescored} wrote, in `memory`.
 *
 * @throws {InvalidInputError} it is not that, or contradicts itself; the engine never sees bytes that were changed
 */
export function loadRescored(
  saved: SavedIndex,
  memory: KernelMemory,
  { kind, enginesWith }: EngineLoader,
): LoadedRescored {
  const blocks = new SavedBlocks(saved, kind, VERSION, headerSchema);
  const engines = enginesWith(blocks.header.engine);
  const { dimensions, similarity, settings, rows: size, engineBytes, checksum } = blocks.header;
  const shape = { dimensions, similarity };
  const ordinals = blocks.uint32('ordinals', size);
  expectDistinct(ordinals, size);
  const labels = labelsOf(blocks, ordinals);
  const bytes = blocks.bytes('engine', engineBytes);
  if (engines.checksum(bytes) !== checksum) throw blocks.refused("block 'engine' is not what was saved");
  const rows = restoredRows(blocks, shape, ordinals, memory);
  try {
    return { engines, shape, settings, rows, labels, engine: engines.load(shape, bytes) };
  } catch (error) {
    rows.close();
    throw error;
  }
}

function rowOfLabel(rows: VectorRows, labels: LiveLabels, label: number): number {
  const ordinal = labels.ordinalOf(label);
  return ordinal === -1 ? GONE : rows.rowOf(ordinal);
}

/** Every row has exactly one label. */
function labelsOf(blocks: SavedBlocks<Header>, ordinals: Uint32Array): LiveLabels {
  const labels = new LiveLabels();
  const isMet = new Uint8Array(ordinals.length);
  for (const row of blocks.uint32('labels', blocks.header.labels)) {
    if (row === GONE) {
      labels.skip(1);
      continue;
    }
    if (isMet[row] !== 0) throw blocks.refused(`row ${row} is not there, or has two labels`);
    isMet[row] = 1;
    labels.assign(ordinals.subarray(row, row + 1));
  }
  if (isMet.includes(0)) throw blocks.refused('a row has no label');
  return labels;
}
