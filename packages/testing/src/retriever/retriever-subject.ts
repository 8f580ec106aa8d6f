import type { Document, Retriever } from '@sluice/core';
import type { KitOptions } from '../kit/check.js';

/** Makes a retriever over documents: none, a few, in any order, some alike. */
export type RetrieverFactory = (documents: readonly Document[]) => Retriever | Promise<Retriever>;

export interface RetrieverKitOptions extends KitOptions {
  /**
   * Its answers must be those of this one: the same documents in the same order, with scores as close as `tolerance`.
   * @default no such comparison
   */
  readonly oracle?: RetrieverFactory;
  /**
   * How far apart two scores of the same document may be, in units of the larger of 1 and the score.
   * @default 1e-5
   */
  readonly tolerance?: number;
}

/** A factory with its options filled in: what the checks are written against. */
export interface RetrieverSubject {
  readonly make: (documents: readonly Document[]) => Promise<Retriever>;
  readonly options: Pick<KitOptions, 'runs' | 'seed'>;
  readonly oracle: RetrieverFactory | undefined;
  readonly tolerance: number;
}

export function retrieverSubject(factory: RetrieverFactory, options: RetrieverKitOptions): RetrieverSubject {
  const { oracle, tolerance = 1e-5, runs, seed } = options;
  return {
    make: async (documents) => await factory(documents),
    options: { ...(runs === undefined ? {} : { runs }), ...(seed === undefined ? {} : { seed }) },
    oracle,
    tolerance,
  };
}
