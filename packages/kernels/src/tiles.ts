import { ShapeError } from './errors/index.js';
import type { Float32Metric } from './float32.js';
import type { KernelMemory } from './memory.js';
import { scoreTilesReference } from './tiles.reference.js';

/** Points of a tile. */
export const TILE_POINTS = 8;

/** Row-major points, of which a range of columns counts. */
export interface Points {
  readonly data: Float32Array;
  /** How many there are. */
  readonly count: number;
  /** Numbers from point to point. */
  readonly stride: number;
  /** The first column that counts. */
  readonly from: number;
  /** Columns that count. */
  readonly width: number;
}

/** Views of the kernel memory, aligned to 16 bytes. */
export interface TilesCall {
  readonly metric: Float32Metric;
  /** Whole rows of `stride` numbers, of which `width` from `from` on count. Any width: no padding is needed. */
  readonly rows: Float32Array;
  readonly stride: number;
  readonly from: number;
  readonly width: number;
  /** What {@link packTiles} made: n points of `width` numbers, n a multiple of {@link TILE_POINTS}. */
  readonly tiles: Float32Array;
  /** Overwritten with rows x n scores, larger is better. */
  readonly scores: Float32Array;
}

/**
 * Points in tiles of eight, for {@link scoreTiles}: tile t holds points 8t to 8t + 7, component by component. The last
 * tile is filled up with zeros.
 */
export function packTiles({ data, count, stride, from, width }: Points): Float32Array {
  const tiles = new Float32Array(Math.ceil(count / TILE_POINTS) * TILE_POINTS * width);
  for (let point = 0; point < count; point++) {
    const tile = Math.floor(point / TILE_POINTS) * width;
    for (let column = 0; column < width; column++) {
      tiles[(tile + column) * TILE_POINTS + (point % TILE_POINTS)] = data[point * stride + from + column] ?? 0;
    }
  }
  return tiles;
}

/**
 * Scores every row against every point: assignment to centroids, and the tables of product quantizers. Allocates
 * nothing.
 *
 * A pair has one running sum over its columns in order: the bits do not depend on the batch or on the engine.
 *
 * Oracle: `tiles.reference.ts`. Cost: eight multiplications for each load that is not of a row; `pnpm bench kernels`.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length
 */
export function scoreTiles(memory: KernelMemory, call: TilesCall): void {
  const { metric, rows, stride, from, width, tiles, scores } = call;
  if (!(width >= 1 && from >= 0 && from + width <= stride)) {
    throw new ShapeError('width', `columns ${from} to ${from + width - 1} are not in rows of ${stride}`);
  }
  const q = memory.rowsOf('rows', rows, stride);
  const n = memory.rowsOf('tiles', tiles, width * TILE_POINTS) * TILE_POINTS;
  memory.expectLength('scores', scores, q * n);
  const { kernels } = memory;
  if (!kernels) {
    scoreTilesReference(call);
    return;
  }
  const run = metric === 'dot' ? kernels.dotTiles : kernels.euclideanTiles;
  run(rows.byteOffset + from * 4, tiles.byteOffset, scores.byteOffset, q, n, stride, width);
}
