import { z } from 'zod';
import { RerankAnswerError } from '../errors/rerank-answer-error.js';
import type { ScoredIndex } from '../text/scores-by-index.js';

const list = z.array(
  z
    .looseObject({ index: z.int(), relevance_score: z.number() })
    .transform(({ index, relevance_score: score }): ScoredIndex => ({ index, score })),
);

/** Cohere and Jina answer with `results`, Voyage with `data`. */
const answerSchema: z.ZodType<ScoredIndex[]> = z.union([
  z.looseObject({ results: list }).transform(({ results }) => results),
  z.looseObject({ data: list }).transform(({ data }) => data),
]);

/**
 * The scores of an answer of `/rerank`, in its own order.
 *
 * @throws {RerankAnswerError} it is no list of indexes and scores
 */
export function answerScores(answer: unknown, owner: string): ScoredIndex[] {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) throw new RerankAnswerError({ owner, problem: 'it is no list of indexes and scores' });
  return parsed.data;
}
