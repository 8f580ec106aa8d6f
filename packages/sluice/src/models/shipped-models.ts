/** A model that the project ships as a package of its own. */
export interface ShippedModel {
  /** The name that `openModel` and `--model` take, and with sparse vectors `openSpladeModel` and `--sparse`. */
  readonly name: string;
  readonly package: string;
  /** Whether it runs on plain JavaScript, or needs `onnxruntime-node`. */
  readonly kind: 'static' | 'transformer';
  /** What it makes of a text: dense vectors for `openModel`, sparse ones for `openSpladeModel`. */
  readonly vectors: readonly ('dense' | 'sparse')[];
  /** Of a dense vector. */
  readonly dimensions: number;
  readonly licence: string;
  /** One line for people. */
  readonly description: string;
  /** The folder with its files; imported only when the model is opened. */
  folder(): Promise<URL>;
}

/** All of them; the first is the default. */
export const shippedModels: readonly [ShippedModel, ...ShippedModel[]] = [
  {
    name: 'static',
    package: '@sluice/model-static',
    kind: 'static',
    vectors: ['dense'],
    dimensions: 256,
    licence: 'Apache-2.0',
    description: 'token vectors distilled from all-MiniLM-L6-v2; English; no native code; widths 64, 128 and 256',
    folder: async () => new URL('./', (await import('@sluice/model-static')).configUrl),
  },
  {
    name: 'matryoshka-minilm',
    package: '@sluice/model-matryoshka-minilm',
    kind: 'transformer',
    vectors: ['dense', 'sparse'],
    dimensions: 384,
    licence: 'Apache-2.0',
    description:
      'all-MiniLM-L6-v2 in int8, turned so that it can be cut, with a sparse head; English; needs onnxruntime-node; widths 64, 128, 256 and 384',
    folder: async () => (await import('@sluice/model-matryoshka-minilm')).modelFolder,
  },
];
