import { idSpace, parseOptions, Ranking, type Reranker, type Scale, UnmetRequirementError } from '@sluice/core';
import { z } from 'zod';

/** Options of {@link sluiceRerankingModel}. */
export interface SluiceRerankingModelOptions {
  /**
   * Name of the model for logs and telemetry.
   * @default the reranker's name
   */
  readonly modelId?: string | undefined;
}

/** What the AI SDK hands to a reranking model, as far as it is used here. */
export interface DoRerankCall {
  readonly documents:
    | { readonly type: 'text'; readonly values: string[] }
    | { readonly type: 'object'; readonly values: object[] };
  readonly query: string;
  readonly topN?: number | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/** A document of a call, by its position there from 0. */
export interface RankedIndex {
  readonly index: number;
  /** On the reranker's scale. */
  readonly relevanceScore: number;
}

/** A reranking model of the AI SDK, version 3 of its interface, which its releases 6 and 7 take. */
export interface SluiceRerankingModel {
  readonly specificationVersion: 'v3';
  readonly provider: 'sluice';
  readonly modelId: string;
  /** For the SDK: call its `rerank` instead. */
  doRerank(call: DoRerankCall): Promise<{ ranking: RankedIndex[]; warnings: never[] }>;
}

const schema = z.strictObject({ modelId: z.string().min(1).optional() });

/** The documents come unscored. */
const unscored: Scale = { name: 'none', minimum: 0, maximum: 0 };

/**
 * A reranker that reads texts as a model of the AI SDK, for everything there that takes one.
 *
 * Scores are those of the reranker, on its scale; equal ones stay in the order in which the documents were given. A
 * document that is an object is read as its JSON.
 *
 * @throws {InvalidOptionsError} an option is not known
 * @throws {UnmetRequirementError} the reranker needs scores or vectors, and the SDK hands over texts
 * @example
 * const model = sluiceRerankingModel(reranker);
 * const { rerankedDocuments } = await rerank({ model, query: 'how are ties broken?', documents, topN: 3 });
 */
export function sluiceRerankingModel(
  reranker: Reranker,
  options: SluiceRerankingModelOptions = {},
): SluiceRerankingModel {
  const { modelId = reranker.name } = parseOptions(schema, options, 'sluiceRerankingModel');
  expectTextReranker(reranker);
  return {
    specificationVersion: 'v3',
    provider: 'sluice',
    modelId,
    async doRerank({ documents, query, topN, abortSignal }) {
      const texts = documents.type === 'text' ? documents.values : documents.values.map((each) => JSON.stringify(each));
      const call = { ...(abortSignal ? { signal: abortSignal } : {}), ...(topN === undefined ? {} : { topK: topN }) };
      const rankings = await reranker.rerank([{ query: { text: query }, ranking: asGiven(texts) }], call);
      const ranking = rankings.flatMap(({ ordinals, scores }) =>
        Array.from(ordinals, (index, rank) => ({ index, relevanceScore: scores[rank] ?? 0 })),
      );
      return { ranking, warnings: [] };
    },
  };
}

function expectTextReranker({ name, requires: [requirement] }: Reranker): void {
  if (requirement === undefined) return;
  throw new UnmetRequirementError({
    stage: name,
    requirement,
    sources: [],
    problem: 'the AI SDK hands over texts, without scores or vectors',
    advice: 'Use a reranker that reads texts.',
  });
}

/** All documents with their texts, in the order given; ids are in that order too, because they break ties. */
function asGiven(texts: readonly string[]): Ranking {
  const digits = String(texts.length).length;
  const ids = texts.map((_, at) => String(at).padStart(digits, '0'));
  const space = {
    ...idSpace(ids, 'documents of the call'),
    texts: async (ordinals: Uint32Array) => Array.from(ordinals, (at) => ({ text: texts[at] ?? '' })),
  };
  return new Ranking({
    space,
    ordinals: Uint32Array.from(texts.keys()),
    scores: new Float32Array(texts.length),
    scale: unscored,
  });
}
