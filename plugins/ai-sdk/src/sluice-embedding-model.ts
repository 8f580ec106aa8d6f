import { type Embedder, parseOptions, rowOf } from '@sluice/core';
import { z } from 'zod';

/** Options of {@link sluiceEmbeddingModel}. */
export interface SluiceEmbeddingModelOptions {
  /**
   * Name of the model for logs and telemetry.
   * @default the embedder's fingerprint
   */
  readonly modelId?: string | undefined;
  /**
   * What the values are, unless a call says otherwise: `providerOptions: { sluice: { encodes: 'queries' } }`.
   * @default 'documents'
   */
  readonly encodes?: 'queries' | 'documents' | undefined;
}

/** What the AI SDK hands to a model, as far as it is used here. */
export interface EmbedCall {
  readonly values: string[];
  readonly abortSignal?: AbortSignal | undefined;
  readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
}

/** An embedding model of the AI SDK, version 3 of its interface, which its releases 6 and 7 take. */
export interface SluiceEmbeddingModel {
  readonly specificationVersion: 'v3';
  readonly provider: 'sluice';
  readonly modelId: string;
  /** Without end: an embedder makes its own batches. */
  readonly maxEmbeddingsPerCall: number;
  readonly supportsParallelCalls: boolean;
  /** For the SDK: call its `embed` and `embedMany` instead. */
  doEmbed(call: EmbedCall): Promise<{ embeddings: number[][]; warnings: never[] }>;
}

const schema = z.strictObject({
  modelId: z.string().min(1).optional(),
  encodes: z.enum(['queries', 'documents']).default('documents'),
});

const callSchema = z.strictObject({
  encodes: z.enum(['queries', 'documents']).optional(),
  dimensions: z.int().positive().optional(),
});

/**
 * An embedder as a model of the AI SDK, for everything there that takes one.
 *
 * A call may carry `providerOptions: { sluice: { encodes, dimensions } }`: what its values are, and how many leading
 * dimensions to keep. The embedder stays the caller's to close.
 *
 * @throws {InvalidOptionsError} an option is not known
 * @example
 * const model = sluiceEmbeddingModel(embedder, { encodes: 'queries' });
 * const { embedding } = await embed({ model, value: 'how are ties broken?' });
 */
export function sluiceEmbeddingModel(
  embedder: Embedder,
  options: SluiceEmbeddingModelOptions = {},
): SluiceEmbeddingModel {
  const { modelId, encodes } = parseOptions(schema, options, 'sluiceEmbeddingModel');
  return {
    specificationVersion: 'v3',
    provider: 'sluice',
    modelId: modelId ?? embedder.fingerprint,
    maxEmbeddingsPerCall: Number.POSITIVE_INFINITY,
    supportsParallelCalls: true,
    async doEmbed({ values, abortSignal, providerOptions }) {
      const asked = parseOptions(callSchema, providerOptions?.sluice ?? {}, 'providerOptions.sluice');
      const call = {
        ...(abortSignal ? { signal: abortSignal } : {}),
        ...(asked.dimensions === undefined ? {} : { dimensions: asked.dimensions }),
      };
      const queries = (asked.encodes ?? encodes) === 'queries';
      const rows = await (queries ? embedder.encodeQueries(values, call) : embedder.encodeDocuments(values, call));
      return { embeddings: values.map((_, row) => [...rowOf(rows, row)]), warnings: [] };
    },
  };
}
