import { parseOptions, type Reranker } from '@sluice/core';
import { type ScoreKind, textReranker } from '@sluice/rerankers';
import { z } from 'zod';
import { type AiLibrary, importAi, type ProviderOptions, rerankOf, type SdkRerankingModel } from './ai-library.js';

const OWNER = 'aiSdkReranker';

/** Options of {@link aiSdkReranker}. */
export interface AiSdkRerankerOptions {
  /** A model of any provider: `cohere.reranking('rerank-v3.5')`. An object, not a name. */
  readonly model: SdkRerankingModel;
  /**
   * What its scores are: `'relevance'` from 0 to 1, or `'logit'` without bounds. One outside is an error.
   * @default 'relevance'
   */
  readonly scores?: ScoreKind | undefined;
  /**
   * Name of its score column.
   * @default 'rerank'
   */
  readonly name?: string | undefined;
  /**
   * Options of the provider: `{ cohere: { maxTokensPerDoc: 1000 } }`.
   * @default none
   */
  readonly providerOptions?: ProviderOptions | undefined;
  /**
   * Documents of a call of the SDK. A model that compares them among each other needs the whole list in one. 1 to 10000.
   * @default 100
   */
  readonly maxDocuments?: number | undefined;
  /**
   * Longer documents are cut to it, about four characters to a token in English.
   * @default none are cut
   */
  readonly maxDocumentCharacters?: number | undefined;
  /**
   * Calls of the SDK that may be under way at once, in each call of the reranker. 1 to 64.
   * @default 4
   */
  readonly maxParallelCalls?: number | undefined;
  /**
   * Times that the SDK repeats a call that may succeed later, as late as the provider asks for. 0 to 100.
   * @default 4
   */
  readonly maxRetries?: number | undefined;
  /**
   * The package `ai`, where it cannot be imported by name.
   * @default imported when the reranker is made
   */
  readonly library?: AiLibrary | undefined;
}

const schema = z.strictObject({
  model: z.custom<SdkRerankingModel>(isModel, 'it is no reranking model; names are for the SDK to resolve'),
  scores: z.enum(['relevance', 'logit']).default('relevance'),
  name: z.string().min(1).default('rerank'),
  providerOptions: z.custom<ProviderOptions>((value) => typeof value === 'object' && value !== null).default({}),
  maxDocuments: z.int().min(1).max(10_000).default(100),
  maxDocumentCharacters: z.int().min(1).optional(),
  maxParallelCalls: z.int().min(1).max(64).default(4),
  maxRetries: z.int().min(0).max(100).default(4),
  library: z.custom<AiLibrary>((value) => typeof value === 'object' && value !== null).optional(),
});

/**
 * A model of the AI SDK as a reranker, through the SDK's own `rerank`: retries and telemetry are the SDK's.
 *
 * What comes back is checked: one finite score on the scale for each document, so no candidate is ever lost. A document
 * without text is not sent and has relevance 0, as a logit -100.
 *
 * Calls reject with the SDK's own errors when a provider refuses, and with `RerankAnswerError` where an answer is not
 * usable.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {MissingPeerError} `ai` is not installed
 * @example
 * const reranker = await aiSdkReranker({ model: cohere.reranking('rerank-v3.5') });
 */
export async function aiSdkReranker(options: AiSdkRerankerOptions): Promise<Reranker> {
  const settings = parseOptions(schema, options, OWNER);
  const { model, providerOptions, maxRetries, maxParallelCalls, library } = settings;
  const rerank = rerankOf(
    library ?? (await importAi({ purpose: 'A reranker over the AI SDK', instead: 'httpReranker' })),
  );
  return textReranker({
    owner: OWNER,
    name: settings.name,
    scores: settings.scores,
    maxDocuments: settings.maxDocuments,
    maxDocumentCharacters: settings.maxDocumentCharacters,
    concurrency: maxParallelCalls,
    async score(query, documents, abortSignal) {
      const call = { model, query, documents: [...documents], topN: documents.length, maxRetries, abortSignal };
      const { ranking } = await rerank({ ...call, providerOptions });
      return ranking.map(({ originalIndex: index, score }) => ({ index, score }));
    },
  });
}

function isModel(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'doRerank' in value && 'provider' in value && 'modelId' in value
  );
}
