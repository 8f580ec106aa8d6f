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

/** Rows scored at a time: their scores against 1,024 centroids stay in the second-level cache. */
const BLOCK_ROWS = 64;

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
  readonly #tiles: Region;
  readonly #tileNumbers: number;
  readonly #rows: Region;
  readonly #scores: Region;
  readonly #nearest: Region;

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
    this.#tiles = memory.allocate(tiles.byteLength);
    this.#rows = memory.allocate(BLOCK_ROWS * this.width * 4);
    this.#scores = memory.allocate(BLOCK_ROWS * this.#padded * 4);
    this.#nearest = memory.allocate(BLOCK_ROWS * 8);
    this.#tiles.float32(0, tiles.length).set(tiles);
  }

  /** Bytes of kernel memory. */
  get bytes(): number {
    return this.#tiles.bytes + this.#rows.bytes + this.#scores.bytes + this.#nearest.bytes;
  }

  /** Replaces the centroids by as many others. */
  set(centroids: Points): void {
    this.#tiles.float32(0, this.#tileNumbers).set(packTiles(centroids));
  }

  /**
   * The nearest centroid of each point, the first of equals.
   *
   * @param positions overwritten, one a point
   * @param scores overwritten with the nearest's score, one a point
   */
  nearest(points: Points, positions: Uint32Array, scores?: Float32Array): void {
    for (let start = 0; start < points.count; start += BLOCK_ROWS) {
      const rows = Math.min(BLOCK_ROWS, points.count - start);
      const own = this.#nearest.uint32(0, rows);
      const best = this.#nearest.float32(BLOCK_ROWS * 4, rows);
      const all = this.#scoreBlock(points, start, rows);
      bestOfEach(this.#memory, { scores: all, count: this.count, positions: own, best });
      positions.set(own, start);
      scores?.set(best, start);
    }
  }

  /** Scores of one point against every centroid: a view, stale after the next call and when the memory grows. */
  scoresOf(point: Float32Array): Float32Array {
    const points = { data: point, count: 1, stride: this.width, from: 0, width: this.width };
    return this.#scoreBlock(points, 0, 1).subarray(0, this.count);
  }

  /** Gives the kernel memory back. Nothing may be called afterwards. */
  close(): void {
    for (const region of [this.#nearest, this.#scores, this.#rows, this.#tiles]) this.#memory.free(region);
  }

  get #padded(): number {
    return Math.ceil(this.count / TILE_POINTS) * TILE_POINTS;
  }

  #scoreBlock({ data, stride, from }: Points, start: number, count: number): Float32Array {
    const { width } = this;
    const rows = this.#rows.float32(0, count * width);
    for (let row = 0; row < count; row++) {
      const first = (start + row) * stride + from;
      rows.set(data.subarray(first, first + width), row * width);
    }
    const tiles = this.#tiles.float32(0, this.#tileNumbers);
    const scores = this.#scores.float32(0, count * this.#padded);
    scoreTiles(this.#memory, { metric: this.#metric, rows, stride: width, from: 0, width, tiles, scores });
    return scores;
  }
}
