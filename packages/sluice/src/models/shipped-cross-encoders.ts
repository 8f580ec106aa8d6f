import type { CrossEncoderOptions } from '@sluice/rerankers';

/** A cross-encoder that the project ships as a package of its own. */
export interface ShippedCrossEncoder {
  /** The name that `openCrossEncoder` and `--rerank` take. */
  readonly name: string;
  readonly package: string;
  readonly licence: string;
  /** One line for people. */
  readonly description: string;
  /** How it is to be read, from its card; options that are given go before these. */
  readonly scoring: CrossEncoderOptions;
  /** Its share in the average with the scores of what it reranks, from its card: above 0, at most 1. */
  readonly weight: number;
  /** The folder with its files, in int8; imported only when the model is opened. */
  folder(): Promise<URL>;
}

/** All of them. */
export const shippedCrossEncoders: readonly ShippedCrossEncoder[] = [
  {
    name: 'cross-minilm',
    package: '@sluice/model-cross-minilm',
    licence: 'Apache-2.0',
    description: 'all-MiniLM-L6-v2 reading query and passage together, in int8; English; to be fused with the hybrid',
    scoring: { longPassages: 'max', overlap: 16 },
    weight: 0.4,
    folder: async () => (await import('@sluice/model-cross-minilm')).modelFolder,
  },
];
