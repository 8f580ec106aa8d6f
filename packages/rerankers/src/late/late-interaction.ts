import {
  type CallOptions,
  type Candidates,
  type DocumentSpace,
  FingerprintMismatchError,
  type MultiVectorEmbedder,
  type MultiVectors,
  maxSimScale,
  paced,
  parseOptions,
  type Ranking,
  type Reranker,
  rerankByScore,
  SpaceMismatchError,
  type StageSpec,
  vectorsOf,
} from '@sluice/core';
import { type MaxSimIndex, MultiVectorStoreBuilder, maxSimScores } from '@sluice/retrievers';
import { z } from 'zod';
import { candidateTexts } from '../candidate-texts.js';

/** The options that a pipeline file has, field by field. */
type LateInteractionFields = {
  /**
   * Name of its score column.
   * @default 'late'
   */
  readonly name: z.ZodDefault<z.ZodString>;
};

export const lateInteractionOptions: z.ZodObject<LateInteractionFields, z.core.$strict> = z.strictObject({
  name: z.string().min(1).default('late'),
});

/** Options of {@link lateInteraction}. */
export interface LateInteractionOptions extends z.input<z.ZodObject<LateInteractionFields>> {
  /** Encodes the queries, and the candidates where no vectors are stored. */
  readonly embedder: MultiVectorEmbedder;
  /**
   * Stored vectors of the documents, under the ordinals of the candidates' space. A candidate that it lacks has the
   * score of a document without vectors, the least that any could have.
   * @default none: the texts of the candidates are encoded at each call, which takes most of the time
   */
  readonly store?: MaxSimIndex | undefined;
  /**
   * Whose ordinals the store has; candidates of another are refused.
   * @default not compared
   */
  readonly space?: DocumentSpace | undefined;
  /**
   * What opens the embedder again: with it, a reranker of texts can be written down.
   * @default not known
   */
  readonly model?: string | undefined;
  /** Which of the model's weights. */
  readonly precision?: 'float32' | 'int8' | undefined;
}

/** Candidates encoded at a time: what is kept of their vectors in float32 stays small. */
const BATCH = 64;

/**
 * Reranks by late interaction: MaxSim between the token vectors of the query and those of each candidate.
 *
 * Scores are those of vectors in float16, or as the store keeps them; see `MultiVectorStore`. The thread is held for at
 * most 6 ms at a time. Source: ColBERT, arXiv 2004.12832.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {FingerprintMismatchError} the store was filled by another model
 * @example rerank(lateInteraction({ embedder: colbert, store, space }), { depth: 100 })
 */
export function lateInteraction(options: LateInteractionOptions): Reranker {
  const { embedder, store, space, model, precision, ...written } = options;
  const { name } = parseOptions(lateInteractionOptions, written, 'lateInteraction');
  if (store && store.fingerprint !== embedder.fingerprint) {
    throw new FingerprintMismatchError({ indexed: store.fingerprint, loaded: embedder.fingerprint });
  }
  const spec = specFor(options);
  return {
    name,
    scale: maxSimScale,
    requires: [],
    ...(spec && { toSpec: () => spec }),
    async rerank(candidates, { signal, topK, onProgress } = {}) {
      signal?.throwIfAborted();
      const call = signal ? { signal } : {};
      if (store && space) expectOneSpace(space, candidates);
      const queries = await embedder.encodeQueries(
        candidates.map(({ query }) => query.text),
        call,
      );
      const answers: Ranking[] = [];
      for (const [at, { ranking }] of candidates.entries()) {
        const query = { texts: 1, vectors: vectorsOf(queries, at) };
        const scores = store
          ? await paced(maxSimScores(store, query.vectors, ranking.ordinals), signal)
          : await scoresOfTexts(embedder, query, { ranking, name, call });
        answers.push(rerankByScore(ranking, scores, { name, scale: maxSimScale, topK }));
        onProgress?.({ phase: 'reranking', done: at + 1, total: candidates.length, unit: 'queries' });
      }
      return answers;
    },
  };
}

/** What a model without a name read, or a store holds, cannot be found again. */
function specFor({ model, precision, name, store }: LateInteractionOptions): StageSpec | undefined {
  if (model === undefined || store) return undefined;
  return { type: 'late-interaction', model, ...(precision && { precision }), ...(name !== undefined && { name }) };
}

/** Encodes the candidates of a list, batch by batch. */
async function scoresOfTexts(
  embedder: MultiVectorEmbedder,
  { vectors: query }: Pick<MultiVectors, 'vectors'>,
  { ranking, name, call }: { ranking: Ranking; name: string; call: Pick<CallOptions, 'signal'> },
): Promise<Float32Array> {
  const texts = await candidateTexts(name, ranking);
  const builder = new MultiVectorStoreBuilder({ fingerprint: embedder.fingerprint, dimensions: embedder.dimensions });
  for (let start = 0; start < texts.length; start += BATCH) {
    const batch = texts.slice(start, start + BATCH);
    const encoded = await embedder.encodeDocuments(batch, call);
    const places = Uint32Array.from(batch, (_, at) => start + at);
    await paced(builder.addInSteps(places, encoded), call.signal);
  }
  const store = builder.build();
  try {
    return await paced(store.scoreInSteps(query, store.ordinals), call.signal);
  } finally {
    store.close();
  }
}

function expectOneSpace(space: DocumentSpace, candidates: readonly Candidates[]): void {
  for (const { ranking } of candidates) {
    if (ranking.space === space) continue;
    throw new SpaceMismatchError({ expected: space.name, actual: ranking.space.name });
  }
}
