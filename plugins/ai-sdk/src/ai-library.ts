import { type Json, MissingPeerError } from '@sluice/core';

/** What a model of the AI SDK has in every version of its interface. */
export interface SdkModel {
  /** `'v2'`, `'v3'`, `'v4'`. */
  readonly specificationVersion: string;
  readonly provider: string;
  readonly modelId: string;
}

/** What an embedding model of the AI SDK has in every version of its interface. */
export interface SdkEmbeddingModel extends SdkModel {}

/** What a reranking model of the AI SDK has in every version of its interface. */
export interface SdkRerankingModel extends SdkModel {}

/** Options of one provider each, by its name: `{ openai: { dimensions: 512 } }`. */
export type ProviderOptions = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/** What `embedMany` is given here. */
export interface EmbedManyCall {
  readonly model: SdkEmbeddingModel;
  readonly values: string[];
  readonly maxRetries: number;
  readonly maxParallelCalls: number;
  readonly abortSignal: AbortSignal;
  readonly providerOptions: ProviderOptions;
}

/** What `embedMany` answers, as far as it is used here. */
export interface EmbedManyAnswer {
  readonly embeddings: readonly (readonly number[])[];
}

/** What `rerank` is given here. */
export interface RerankCall {
  readonly model: SdkRerankingModel;
  readonly query: string;
  readonly documents: string[];
  readonly topN: number;
  readonly maxRetries: number;
  readonly abortSignal: AbortSignal;
  readonly providerOptions: ProviderOptions;
}

/** What `rerank` answers, as far as it is used here. */
export interface RerankAnswer {
  readonly ranking: readonly { readonly originalIndex: number; readonly score: number }[];
}

/** The package `ai`, as far as it is used here: of any release, whatever models its types name. */
export interface AiLibrary {
  readonly embedMany: (call: never) => Promise<EmbedManyAnswer>;
  readonly rerank: (call: never) => Promise<RerankAnswer>;
}

/** `embedMany` of a library, typed as it is called here. */
export function embedManyOf({ embedMany }: AiLibrary): (call: EmbedManyCall) => Promise<EmbedManyAnswer> {
  // The border: a release names the versions of models that it takes, and says so itself when it is given another.
  return embedMany as (call: EmbedManyCall) => Promise<EmbedManyAnswer>;
}

/** `rerank` of a library, typed as it is called here. */
export function rerankOf({ rerank }: AiLibrary): (call: RerankCall) => Promise<RerankAnswer> {
  // The border, as above.
  return rerank as (call: RerankCall) => Promise<RerankAnswer>;
}

/**
 * The library, loaded on first use: it is an optional peer.
 *
 * @throws {MissingPeerError} it is not installed
 */
export async function importAi(why: { readonly purpose: string; readonly instead: string }): Promise<AiLibrary> {
  // Not a literal: types are not looked up, which need not be there.
  const name: string = 'ai';
  try {
    const module: unknown = await import(name);
    if (isLibrary(module)) return module;
    throw new TypeError('The package ai has no functions embedMany and rerank.');
  } catch (cause) {
    const alternative = `pass it as \`library\`, or use ${why.instead}, which needs nothing`;
    throw new MissingPeerError({ peer: 'ai', purpose: why.purpose, alternative, cause });
  }
}

function isLibrary(module: unknown): module is AiLibrary {
  return typeof module === 'object' && module !== null && ['embedMany', 'rerank'].every((name) => name in module);
}
