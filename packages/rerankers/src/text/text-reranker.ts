import { type CallOptions, type Candidates, type Reranker, rerankByScore } from '@sluice/core';
import pLimit, { type LimitFunction } from 'p-limit';
import { candidateTexts } from '../candidate-texts.js';
import { firstCharacters } from '../first-characters.js';
import { blankScore, type ScoreKind, scaleOfKind } from './score-kind.js';
import { type ScoredIndex, scoresByIndex } from './scores-by-index.js';

/** A model that scores texts: what {@link textReranker} makes a reranker of. */
export interface TextScorer {
  /** Who makes the reranker, for errors: the factory's name. */
  readonly owner: string;
  /** Name of its score column. */
  readonly name: string;
  readonly scores: ScoreKind;
  /** Documents of a batch, at least 1. */
  readonly maxDocuments: number;
  /** Characters of a document that are sent; all when left out. */
  readonly maxDocumentCharacters?: number | undefined;
  /** Batches that may be under way at once, in each call; at least 1. */
  readonly concurrency: number;

  /**
   * A score for each of the documents, in any order. No document is blank, and no text holds a lone surrogate.
   *
   * `signal` fires too when another batch of the call has failed.
   */
  score(query: string, documents: readonly string[], signal: AbortSignal): Promise<readonly ScoredIndex[]>;
}

/**
 * A reranker over a function that scores texts. It does what such rerankers owe: titles and texts of the candidates,
 * batches within limits, order, progress, cancellation, and refusing what is not one score for each document.
 *
 * A document without text is not sent and has relevance 0, as a logit -100. A failure fails the call and stops its
 * other batches.
 *
 * @example
 * const reranker = textReranker({ ...facts, score: async (query, documents) => await server.score(query, documents) });
 */
export function textReranker(scorer: TextScorer): Reranker {
  const { name, concurrency } = scorer;
  const scale = scaleOfKind[scorer.scores];
  return {
    name,
    scale,
    requires: [],
    async rerank(candidates, { signal, topK, onProgress } = {}) {
      signal?.throwIfAborted();
      const [lists, batches] = [pLimit(concurrency), pLimit(concurrency)];
      let done = 0;
      return await allOrNone(candidates, signal, (each, either) =>
        lists(async () => {
          either.throwIfAborted();
          const scores = await scoresOf(each, scorer, { batches, signal: either });
          onProgress?.({ phase: 'reranking', done: ++done, total: candidates.length, unit: 'queries' });
          return rerankByScore(each.ranking, scores, { name, scale, topK });
        }),
      );
    },
  };
}

/** Where and until when the batches of a call run. */
interface CallContext {
  readonly batches: LimitFunction;
  readonly signal: AbortSignal;
}

/** Scores in the order of the ranking. */
async function scoresOf(
  { query, ranking }: Candidates,
  scorer: TextScorer,
  { batches, signal }: CallContext,
): Promise<Float32Array> {
  const { owner, maxDocuments, maxDocumentCharacters = Number.POSITIVE_INFINITY } = scorer;
  const scale = scaleOfKind[scorer.scores];
  // A lone surrogate is no character: encoders of UTF-8 differ in what they make of it, and some servers refuse it.
  const texts = (await candidateTexts(scorer.name, ranking)).map((text) =>
    firstCharacters(text, maxDocumentCharacters).toWellFormed(),
  );
  const scores = new Float32Array(texts.length).fill(blankScore[scorer.scores]);
  const filled = [...texts.keys()].filter((at) => texts[at]?.trim() !== '');
  const starts = Array.from({ length: Math.ceil(filled.length / maxDocuments) }, (_, at) => at * maxDocuments);
  await allOrNone(starts, signal, (start, either) =>
    batches(async () => {
      either.throwIfAborted();
      const positions = filled.slice(start, start + maxDocuments);
      const documents = positions.map((position) => texts[position] ?? '');
      const answer = await scorer.score(query.text.toWellFormed(), documents, either);
      const answered = scoresByIndex(answer, { documents: documents.length, scale, owner });
      for (const [at, position] of positions.entries()) scores[position] = answered[at] ?? 0;
    }),
  );
  return scores;
}

/** Runs `work` on all; the first failure stops the others, and all have ended when this does. */
async function allOrNone<Item, Result>(
  items: readonly Item[],
  signal: CallOptions['signal'],
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const settled = await Promise.allSettled(
    items.map(async (item) => {
      try {
        return await work(item, either);
      } catch (error) {
        stop.abort(error);
        throw error;
      }
    }),
  );
  signal?.throwIfAborted();
  if (stop.signal.aborted) throw stop.signal.reason;
  return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
}
