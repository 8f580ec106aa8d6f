import type { SavedIndex, Similarity, VectorIndex } from '@sluice/core';
import type { KitOptions } from '../kit/check.js';
import type { VectorIndexShape } from './exact-index.js';

/** How the kit makes and loads the index that it tests. */
export interface VectorIndexFactory {
  /** An empty index. */
  create(shape: VectorIndexShape): VectorIndex;
  /** The index that another one's `save()` wrote. */
  load(saved: SavedIndex): VectorIndex;
}

export interface VectorIndexKitOptions extends KitOptions {
  /** @default all three */
  readonly similarities?: readonly Similarity[];
  /**
   * Widths to try; the odd ones meet the tails of SIMD loops.
   * @default [1, 3, 8, 17, 32]
   */
  readonly dimensions?: readonly number[];
  /**
   * Makes the index an approximate one: answers need not equal brute force, they must find this share of the true
   * ten nearest on average when it is asked for. Above 0 to 1.
   * @default exact
   */
  readonly recall?: number;
  /**
   * How far a score may be from the one computed in double precision, in units of the larger of 1 and the score.
   * @default 1e-5, sixteen times what rounding 32 products to float32 can add up to at worst on these vectors
   */
  readonly tolerance?: number;
}

/** A factory with its options filled in: what the checks are written against. */
export interface VectorIndexSubject {
  readonly factory: VectorIndexFactory;
  readonly options: Pick<KitOptions, 'runs' | 'seed'>;
  readonly similarities: readonly Similarity[];
  readonly dimensions: readonly number[];
  /** `undefined` for an exact index. */
  readonly recall: number | undefined;
  readonly tolerance: number;
}

export function vectorIndexSubject(factory: VectorIndexFactory, options: VectorIndexKitOptions): VectorIndexSubject {
  const { similarities, dimensions, recall, tolerance, ...rest } = options;
  return {
    factory,
    options: rest,
    similarities: similarities ?? ['cosine', 'dot', 'euclidean'],
    dimensions: dimensions ?? [1, 3, 8, 17, 32],
    recall,
    tolerance: tolerance ?? 1e-5,
  };
}
