import { unpaced } from '@sluice/core';
import {
  bestOfEach,
  type Float32Metric,
  type KernelMemory,
  type Points,
  packTiles,
  type Region,
  scoreTiles,
  TILE_POINTS,
} from '@sluice/kernels';

/** Most rows scored at a time: their scores against 1,024 centroids stay in the second-level cache. */
const BLOCK_ROWS = 64;
/** Most multiplications of a block, some milliseconds; a block has four rows at least. */
const BLOCK_PRODUCTS = 1 << 24;

/**
 * Centroids as the kernels take them, to which rows are assigned in batches.
 *
 * Its region of the kernel memory holds the tiles, a block of rows, their scores, the nearest positions and the best
 * scores, each on a line of its own. Larger scores are nearer: an inner product or a negated squared distance.
 */
export class CentroidTiles {
  readonly count: number;
  readonly width: number;
  readonly #memory: KernelMemory;
  readonly #metric: Float32Metric;
  readonly #region: Region;
  readonly #tileNumbers: number;

  /**
   * @param centroids at least one
   * @throws {MemoryLimitError} they do not fit
   */
  constructor(memory: KernelMemory, metric: Float32Metric, centroids: Points) {
    this.count = centroids.count;
    this.width = centroids.width;
    this.#memory = memory;
    this.#metric = metric;
    const tiles = packTiles(centroids);
    this.#tileNumbers = tiles.length;
    this.#region = memory.allocate(this.#nearestAt + 2 * BLOCK_ROWS * 4);
    this.#region.float32(0, tiles.length).set(tiles);
  }

  /** Bytes of kernel memory. */
  get bytes(): number {
    return this.#region.bytes;
  }

  /** Replaces the centroids by as many others. */
  set(centroids: Points): void {
    this.#region.float32(0, this.#tileNumbers).set(packTiles(centroids));
  }

  /**
   * The nearest centroid of each point, the first of equals.
   *
   * @param positions overwritten, one a point
   * @param scores overwritten with the nearest's score, one a point
   */
  nearest(points: Points, positions: Uint32Array, scores?: Float32Array): void {
    unpaced(this.nearestInSteps(points, positions, scores));
  }

  /** As {@link nearest}, a block of points a step. */
  *nearestInSteps(points: Points, positions: Uint32Array, scores?: Float32Array): Generator<undefined, void> {
    const fitting = Math.floor(BLOCK_PRODUCTS / (this.count * this.width) / 4) * 4;
    const blockRows = Math.max(4, Math.min(BLOCK_ROWS, fitting));
    for (let start = 0; start < points.count; start += blockRows) {
      const rows = Math.min(blockRows, points.count - start);
      const own = this.#region.uint32(this.#nearestAt, rows);
      const best = this.#region.float32(this.#nearestAt + BLOCK_ROWS * 4, rows);
      const all = this.#scoreBlock(points, start, rows, this.#metric);
      bestOfEach(this.#memory, { scores: all, count: this.count, positions: own, best });
      positions.set(own, start);
      scores?.set(best, start);
      yield;
    }
  }

  /**
   * Scores of one point against every centroid: a view, stale after the next call and when the memory grows.
   *
   * @param point its first `width` numbers count
   * @param metric another than that of assignment, where queries are compared otherwise
   */
  scoresOf(point: Float32Array, metric: Float32Metric = this.#metric): Float32Array {
    const points = { data: point, count: 1, stride: point.length, from: 0, width: this.width };
    return this.#scoreBlock(points, 0, 1, metric).subarray(0, this.count);
  }

  /** Gives the kernel memory back. Nothing may be called afterwards. */
  close(): void {
    this.#memory.free(this.#region);
  }

  // Tiles are eight points of any width, and blocks 64 rows: every part is a whole number of lines of 64 bytes but the
  // tiles of an odd width, which are rounded up.
  get #rowsAt(): number {
    return Math.ceil(this.#tileNumbers / 16) * 64;
  }

  get #scoresAt(): number {
    return this.#rowsAt + BLOCK_ROWS * this.width * 4;
  }

  get #nearestAt(): number {
    return this.#scoresAt + BLOCK_ROWS * this.#padded * 4;
  }

  get #padded(): number {
    return Math.ceil(this.count / TILE_POINTS) * TILE_POINTS;
  }

  #scoreBlock({ data, stride, from }: Points, start: number, count: number, metric: Float32Metric): Float32Array {
    const { width } = this;
    const rows = this.#region.float32(this.#rowsAt, count * width);
    for (let row = 0; row < count; row++) {
      const first = (start + row) * stride + from;
      rows.set(data.subarray(first, first + width), row * width);
    }
    const tiles = this.#region.float32(0, this.#tileNumbers);
    const scores = this.#region.float32(this.#scoresAt, count * this.#padded);
    scoreTiles(this.#memory, { metric, rows, stride: width, from: 0, width, tiles, scores });
    return scores;
  }
}
