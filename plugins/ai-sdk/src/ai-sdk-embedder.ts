import { createHash } from 'node:crypto';
import { type Embedder, type Json, parseOptions } from '@sluice/core';
import { batchEmbedder, EmbeddingAnswerError } from '@sluice/embedders';
import { z } from 'zod';
import { type AiLibrary, embedManyOf, importAi, type ProviderOptions, type SdkEmbeddingModel } from './ai-library.js';

const OWNER = 'aiSdkEmbedder';

/** Options of {@link aiSdkEmbedder}. */
export interface AiSdkEmbedderOptions {
  /** A model of any provider: `openai.embeddingModel('text-embedding-3-small')`. An object, not a name. */
  readonly model: SdkEmbeddingModel;
  /** Columns of its rows; another width is an error. 1 to 65536. */
  readonly dimensions: number;
  /**
   * How rows are compared. Under cosine they are scaled to length 1.
   * @default 'cosine'
   */
  readonly similarity?: 'cosine' | 'dot' | 'euclidean' | undefined;
  /**
   * Text put before every query.
   * @default ''
   */
  readonly queryPrompt?: string | undefined;
  /**
   * Text put before every document.
   * @default ''
   */
  readonly documentPrompt?: string | undefined;
  /**
   * Options of the provider for queries: `{ google: { taskType: 'RETRIEVAL_QUERY' } }`.
   * @default none
   */
  readonly queryOptions?: ProviderOptions | undefined;
  /**
   * Options of the provider for documents.
   * @default none
   */
  readonly documentOptions?: ProviderOptions | undefined;
  /**
   * Texts handed to the SDK at once, which parts them further where the model takes fewer. 1 to 100000.
   * @default 512
   */
  readonly maxTexts?: number | undefined;
  /**
   * Requests that the SDK may have under way at once. 1 to 64.
   * @default 4
   */
  readonly maxParallelCalls?: number | undefined;
  /**
   * Times that the SDK repeats a request that may succeed later, as late as the provider asks for. 0 to 100.
   * @default 4
   */
  readonly maxRetries?: number | undefined;
  /**
   * The package `ai`, where it cannot be imported by name.
   * @default imported when the embedder is made
   */
  readonly library?: AiLibrary | undefined;
}

const providerOptions = z.custom<ProviderOptions>((value) => typeof value === 'object' && value !== null).default({});

const schema = z.strictObject({
  model: z.custom<SdkEmbeddingModel>(isModel, 'it is no embedding model; names are for the SDK to resolve'),
  dimensions: z.int().min(1).max(65_536),
  similarity: z.enum(['cosine', 'dot', 'euclidean']).default('cosine'),
  queryPrompt: z.string().default(''),
  documentPrompt: z.string().default(''),
  queryOptions: providerOptions,
  documentOptions: providerOptions,
  maxTexts: z.int().min(1).max(100_000).default(512),
  maxParallelCalls: z.int().min(1).max(64).default(4),
  maxRetries: z.int().min(0).max(100).default(4),
  library: z.custom<AiLibrary>((value) => typeof value === 'object' && value !== null).optional(),
});

/**
 * A model of the AI SDK as an embedder, through the SDK's own `embedMany`: requests within the model's limits, retries
 * and middleware are the SDK's.
 *
 * What comes back is checked (one finite row of the right width for each text), scaled to length 1 under cosine, and
 * cut where fewer dimensions are asked for. An empty text has the row of zeros and is not sent. The fingerprint is
 * made of the provider's and the model's name, and what changes rows.
 *
 * Calls reject with the SDK's own errors when a provider refuses.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {MissingPeerError} `ai` is not installed
 * @example
 * const model = openai.embeddingModel('text-embedding-3-small');
 * const embedder = await aiSdkEmbedder({ model, dimensions: 1536 });
 */
export async function aiSdkEmbedder(options: AiSdkEmbedderOptions): Promise<Required<Embedder>> {
  const { library, model, dimensions, similarity, ...settings } = parseOptions(schema, options, OWNER);
  const embedMany = embedManyOf(
    library ?? (await importAi({ purpose: 'An embedder over the AI SDK', instead: 'remoteEmbedder' })),
  );
  const { queryPrompt, documentPrompt, queryOptions, documentOptions, maxRetries, maxParallelCalls } = settings;
  const facts = [model.provider, model.modelId, similarity, queryPrompt, documentPrompt, queryOptions, documentOptions];
  return batchEmbedder({
    owner: OWNER,
    dimensions,
    similarity,
    fingerprint: `ai-sdk:${dimensions}:${digest(facts)}`,
    prompts: { query: queryPrompt, document: documentPrompt },
    limits: { maxTexts: settings.maxTexts, maxCharacters: Number.POSITIVE_INFINITY },
    // The SDK runs the requests of a call at once.
    concurrency: 1,
    order: 'as given',
    emptyTexts: 'zeros',
    async encode(texts, kind, abortSignal) {
      const call = { model, values: [...texts], maxRetries, maxParallelCalls, abortSignal };
      const options = kind === 'query' ? queryOptions : documentOptions;
      const { embeddings } = await embedMany({ ...call, providerOptions: options });
      return rowsOf(embeddings, texts.length, dimensions);
    },
  });
}

function isModel(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'doEmbed' in value && 'provider' in value && 'modelId' in value;
}

function rowsOf(embeddings: readonly (readonly number[])[], rows: number, columns: number): Float32Array {
  if (embeddings.length !== rows) throw refuse(`${embeddings.length} rows came for ${rows} texts`);
  const data = new Float32Array(rows * columns);
  for (const [row, embedding] of embeddings.entries()) {
    if (embedding.length !== columns) throw refuse(`a row has ${embedding.length} numbers, ${columns} are due`);
    data.set(embedding, row * columns);
  }
  return data;
}

function refuse(problem: string): EmbeddingAnswerError {
  return new EmbeddingAnswerError({ owner: OWNER, problem });
}

function digest(facts: Json): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}
