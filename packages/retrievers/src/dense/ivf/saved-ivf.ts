import type { SavedIndex } from '@sluice/core';
import type { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import { bytesOf, SavedBlocks } from '../../saved-blocks.js';
import { expectDistinct } from '../expect-distinct.js';
import { restoredRows } from '../flat/saved-rows.js';
import type { VectorRows } from '../flat/vector-rows.js';
import { type VectorShape, vectorShapeFields } from '../vector-shape.js';
import { CoarseLists } from './coarse-lists.js';
import { type IvfSettings, ivfSettings, widthProblem } from './ivf-options.js';

const KIND = 'ivf';
const VERSION = 1;
const MAX_ROWS = 2 ** 30;

/** What is kept of an index. */
export interface IvfState {
  readonly rows: VectorRows;
  /** Absent before the first training. */
  readonly coarse: CoarseLists | undefined;
  /** The number of vectors at which lists are trained again; `null` where they came from a given sample. */
  readonly trainsAt: number | null;
}

interface Header extends VectorShape {
  readonly settings: IvfSettings;
  readonly rows: number;
  readonly lists: number;
  readonly trainsAt: number | null;
}

const headerSchema: z.ZodType<Header> = z.strictObject({
  ...vectorShapeFields,
  settings: ivfSettings,
  rows: z.int().min(0).max(MAX_ROWS),
  lists: z
    .int()
    .min(0)
    .max(2 ** 20),
  trainsAt: z.int().min(0).nullable(),
});

/**
 * The index as blocks: `ordinals` (uint32), `vectors` (float32, padded), `centroids` (float32, a list a row), `spreads` (float32, one a list), and
 * `listOf` (uint32, the list of each row; empty before training).
 */
export function saveIvf(
  { dimensions, similarity }: VectorShape,
  settings: IvfSettings,
  { rows, coarse, trainsAt }: IvfState,
): SavedIndex {
  return {
    kind: KIND,
    version: VERSION,
    header: { dimensions, similarity, settings: { ...settings }, rows: rows.size, lists: coarse?.count ?? 0, trainsAt },
    blocks: {
      ordinals: bytesOf(rows.ordinals()),
      vectors: bytesOf(rows.vectors()),
      centroids: bytesOf(coarse?.centroids ?? new Float32Array(0)),
      spreads: bytesOf(coarse?.spreads ?? new Float32Array(0)),
      listOf: bytesOf(coarse?.lists.lists(rows.size) ?? new Uint32Array(0)),
    },
  };
}

/**
 * What {@link saveIvf} wrote, in `memory`.
 *
 * @throws {InvalidInputError} it is not that, or contradicts itself
 */
export function loadIvf(
  saved: SavedIndex,
  memory: KernelMemory,
): IvfState & { readonly shape: VectorShape; readonly settings: IvfSettings } {
  const blocks = new SavedBlocks(saved, KIND, VERSION, headerSchema);
  const { dimensions, similarity, settings, rows: count, lists, trainsAt } = blocks.header;
  for (const path of ['clusterWidth', 'scanWidth'] as const) {
    const problem = widthProblem(settings[path], dimensions);
    if (problem) throw blocks.refused(`${path} ${problem}`);
  }
  const shape = { dimensions, similarity };
  const ordinals = blocks.uint32('ordinals', count);
  expectDistinct(ordinals, count);
  const centroids = blocks.float32('centroids', lists * settings.clusterWidth);
  const spreads = blocks.float32('spreads', lists);
  const listOf = blocks.uint32('listOf', lists === 0 ? 0 : count);
  if (!centroids.every(Number.isFinite)) throw blocks.refused('a centroid is not finite');
  if (listOf.some((list) => list >= lists)) throw blocks.refused(`a vector is in a list that is not one of ${lists}`);
  const greatest = similarity === 'cosine' ? 1 : Number.MAX_VALUE;
  if (!spreads.every((spread) => spread >= 0 && spread <= greatest)) throw blocks.refused('a spread is out of range');
  const rows = restoredRows(blocks, shape, ordinals, memory);
  try {
    const coarse =
      lists === 0
        ? undefined
        : new CoarseLists(memory, similarity, { centroids, spreads, width: settings.clusterWidth });
    for (const [row, list] of listOf.entries()) coarse?.lists.add(row, list);
    return { shape, settings, rows, coarse, trainsAt };
  } catch (error) {
    rows.close();
    throw error;
  }
}
