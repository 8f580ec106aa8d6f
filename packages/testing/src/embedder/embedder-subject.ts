import type { Embedder } from '@sluice/core';
import type { KitOptions } from '../kit/check.js';

/** Makes an embedder, of the same model each time. */
export type EmbedderFactory = () => Embedder | Promise<Embedder>;

export interface EmbedderKitOptions extends KitOptions {
  /**
   * How far a number of a vector may be from itself in another batch.
   * @default 1e-6, the contract's
   */
  readonly tolerance?: number;
  /** Embedders that must not have its fingerprint: other weights, pooling, prompts, dimensions or quantization. */
  readonly others?: readonly EmbedderFactory[];
  /**
   * Random batches for each property; models are slow.
   * @default 10
   */
  readonly runs?: number;
}

/** A factory with its options filled in: what the checks are written against. */
export interface EmbedderSubject {
  /** Always the same one; made at the first call. */
  readonly shared: () => Promise<Embedder>;
  /** A new one. */
  readonly fresh: () => Promise<Embedder>;
  readonly others: readonly EmbedderFactory[];
  readonly tolerance: number;
  readonly options: Pick<KitOptions, 'runs' | 'seed'>;
}

export function embedderSubject(factory: EmbedderFactory, options: EmbedderKitOptions): EmbedderSubject {
  const { tolerance = 1e-6, others = [], runs = 10, seed } = options;
  const fresh = async (): Promise<Embedder> => await factory();
  let made: Promise<Embedder> | undefined;
  return {
    fresh,
    shared: () => {
      made ??= fresh();
      return made;
    },
    others,
    tolerance,
    options: seed === undefined ? { runs } : { runs, seed },
  };
}
