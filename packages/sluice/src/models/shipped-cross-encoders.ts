/** A cross-encoder that the project ships as a package of its own. */
export interface ShippedCrossEncoder {
  /** The name that `openCrossEncoder` and `--rerank` take. */
  readonly name: string;
  readonly package: string;
  readonly licence: string;
  /** One line for people. */
  readonly description: string;
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
    folder: async () => (await import('@sluice/model-cross-minilm')).modelFolder,
  },
];
