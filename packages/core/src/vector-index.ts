import type { Bitmap } from './bitmap.js';
import type { Similarity } from './embedder.js';
import type { Matrix } from './matrix.js';
import type { SavedIndex } from './saved-index.js';

/** What a vector search takes besides its queries. */
export interface VectorSearchOptions {
  /** At most so many neighbours for each query; an integer, at least 1, may be larger than the index. */
  readonly topK: number;
  /**
   * Share of the true nearest that an approximate index must find on average, above 0 to 1.
   * Exact indexes ignore it.
   */
  readonly recall?: number;
  /** Only these ordinals. Its size is at least the index's greatest ordinal + 1. */
  readonly filter?: Bitmap;
}

/** Neighbours of a batch of queries: those of query `q` are positions `offsets[q]` to `offsets[q + 1] - 1`. */
export interface Neighbours {
  /** One more than there are queries; starts with 0. */
  readonly offsets: Uint32Array;
  readonly ordinals: Uint32Array;
  /** Larger is better, non-increasing within a query. Cosine, inner product, or negated squared distance. */
  readonly scores: Float32Array;
}

/**
 * Nearest-neighbour search over vectors, each known by an ordinal that its owner chose.
 *
 * Synchronous: whoever hosts it decides on the thread. Vectors are copied on `add`. Equal scores are in the order of
 * ordinals, ascending; a caller that wants order by id assigns ordinals in id order or re-ranks the border.
 */
export interface VectorIndex {
  readonly dimensions: number;
  readonly similarity: Similarity;
  /** Vectors that can be found. */
  readonly size: number;
  /** Bytes of memory in use, links and codes included. */
  readonly bytes: number;

  /**
   * Adds one vector for each ordinal; an ordinal that is there already gets the new vector.
   *
   * All or nothing: when a row is refused, none is added.
   *
   * @throws {InvalidInputError} a row has NaN or Infinity, or is zero under cosine (`row` names it); the same ordinal
   *   twice in one call; another number of columns
   */
  add(ordinals: Uint32Array, vectors: Matrix): void;

  /** Whether the ordinal has a vector here. */
  has(ordinal: number): boolean;

  /** Removes vectors; an ordinal that is not there is ignored. Returns how many were removed. */
  remove(ordinals: Uint32Array): number;

  /**
   * The nearest of each query, best first. Fewer than `topK` when there are not so many.
   *
   * @throws {InvalidInputError} a query has NaN or Infinity, is zero under cosine, or has another number of columns
   * @throws {InvalidOptionsError} `topK` or `recall` is out of range
   */
  search(queries: Matrix, options: VectorSearchOptions): Neighbours;

  /**
   * Exact scores of chosen vectors: of query row `q` against `ordinals[offsets[q]]` to
   * `ordinals[offsets[q + 1] - 1]`, in that order.
   *
   * @throws {InvalidInputError} an ordinal is not in the index
   */
  score(queries: Matrix, offsets: Uint32Array, ordinals: Uint32Array): Float32Array;

  /** Everything needed to load it again; views stay valid until the next `add` or `remove`. */
  save(): SavedIndex;
}
