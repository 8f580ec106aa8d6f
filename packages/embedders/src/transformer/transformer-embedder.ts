import { createHash } from 'node:crypto';
import { type Embedder, type EncodeOptions, InvalidOptionsError, parseOptions, type TitledText } from '@sluice/core';
import {
  type ModelRegistry,
  type OpenModel,
  openTextModel,
  processModels,
  type RowShape,
  type TextModel,
  type TextModelFields,
  textModelOptions,
} from '@sluice/inference';
import { z } from 'zod';
import { promptedTexts } from './prompted-texts.js';
import { promptFor } from './prompts.js';

/** The options of {@link transformerEmbedder}, field by field. */
export type TransformerEmbedderFields = TextModelFields & {
  /**
   * Leading dimensions to keep, rows scaled to length 1 again. For models trained for it (Matryoshka).
   * @default what the model's folder says, else all
   */
  readonly dimensions: z.ZodOptional<z.ZodInt>;
  /**
   * Text put before every query, instead of the one that the model's folder prescribes. May be empty.
   * @default the folder's prompt `query`, else none
   */
  readonly queryPrompt: z.ZodOptional<z.ZodString>;
  /**
   * Text put before every document, instead of the one that the model's folder prescribes. May be empty.
   * @default the first of the folder's prompts `document`, `passage` and `corpus` that is not empty, else none
   */
  readonly documentPrompt: z.ZodOptional<z.ZodString>;
};

/** Options of {@link transformerEmbedder}. */
export type TransformerEmbedderOptions = z.input<z.ZodObject<TransformerEmbedderFields>>;

export const transformerEmbedderOptions: z.ZodObject<TransformerEmbedderFields, z.core.$strict> = z.strictObject({
  ...textModelOptions.shape,
  dimensions: z.int().positive().optional(),
  queryPrompt: z.string().optional(),
  documentPrompt: z.string().optional(),
});

/** An embedder over a model in workers. */
export interface TransformerEmbedder extends Embedder {
  /** The model underneath: what its folder says, and how many batches it ran. */
  readonly model: TextModel;
  close(): Promise<void>;
}

/**
 * Embeds with a transformer from a local folder, through ONNX Runtime, as sentence-transformers does: pooling, dense
 * layers, normalisation, prompts and length limits are the folder's. Tokenizing and running happen in workers:
 * threads, or processes with `isolation: 'process'`.
 *
 * A row is independent of the batch it ran in to 1e-6 in float32; in int8, activations are quantized over the whole
 * batch, so a row moves a little with its neighbours.
 *
 * @param registry where open models are shared; one of your own shares nothing with the rest of the process
 * @throws {InvalidOptionsError} an option is out of range, or more dimensions are asked for than the model has
 * @throws {ModelFileError} the folder lacks a file, or one is broken
 * @throws {MissingPeerError} `onnxruntime-node` is not installed
 * @example const embedder = await transformerEmbedder({ model: 'models/all-MiniLM-L6-v2' });
 */
export async function transformerEmbedder(
  options: TransformerEmbedderOptions,
  registry: ModelRegistry<OpenModel> = processModels,
): Promise<TransformerEmbedder> {
  const parsed = parseOptions(transformerEmbedderOptions, options, 'transformerEmbedder');
  const { dimensions: wanted, queryPrompt, documentPrompt, ...modelOptions } = parsed;
  const model = await openTextModel(modelOptions, registry);
  const dimensions = wanted ?? model.folder.truncatedDimensions ?? model.dimensions;
  if (dimensions > model.dimensions) {
    await model.close();
    throw tooManyDimensions(dimensions, model.dimensions);
  }
  return new ModelEmbedder(model, dimensions, {
    query: queryPrompt ?? promptFor(model.folder, ['query']),
    document: documentPrompt ?? promptFor(model.folder, ['document', 'passage', 'corpus']),
  });
}

class ModelEmbedder implements TransformerEmbedder {
  readonly model: TextModel;
  readonly dimensions: number;
  readonly similarity: Embedder['similarity'];
  readonly fingerprint: string;
  readonly #prompts: { readonly query: string; readonly document: string };

  constructor(model: TextModel, dimensions: number, prompts: { query: string; document: string }) {
    this.model = model;
    this.dimensions = dimensions;
    this.similarity = model.folder.similarity;
    this.#prompts = prompts;
    const facts = JSON.stringify([model.hash, prompts.query, prompts.document, this.similarity]);
    const hash = createHash('sha256').update(facts).digest('hex');
    this.fingerprint = `transformer:${model.folder.precision}:${dimensions}:${hash}`;
  }

  encodeQueries(texts: readonly string[], options?: EncodeOptions): ReturnType<Embedder['encodeQueries']> {
    return this.#encode(texts, 'query', options);
  }

  encodeDocuments(
    documents: readonly (string | TitledText)[],
    options?: EncodeOptions,
  ): ReturnType<Embedder['encodeDocuments']> {
    return this.#encode(documents, 'document', options);
  }

  close(): Promise<void> {
    return this.model.close();
  }

  async #encode(
    inputs: readonly (string | TitledText)[],
    kind: 'query' | 'document',
    options: EncodeOptions = {},
  ): ReturnType<Embedder['encodeQueries']> {
    const { dimensions = this.dimensions, ...callOptions } = options;
    if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > this.dimensions) {
      throw tooManyDimensions(dimensions, this.dimensions);
    }
    const texts = promptedTexts(inputs, this.#prompts[kind], kind === 'query' ? 'queries' : 'documents');
    return this.model.encode(texts, this.#shape(dimensions), callOptions);
  }

  #shape(columns: number): RowShape {
    return { columns, length: this.similarity === 'cosine' ? 'unit' : 'kept' };
  }
}

function tooManyDimensions(asked: number, available: number): InvalidOptionsError {
  return new InvalidOptionsError({
    owner: 'transformerEmbedder',
    issues: [{ path: 'dimensions', message: `${asked} is not between 1 and the model's ${available}` }],
  });
}
