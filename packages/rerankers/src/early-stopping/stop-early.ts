import { parseOptions, type Reranker, type RerankOptions, type StageSpec, specOf } from '@sluice/core';
import { z } from 'zod';
import { PartlyRead } from './partly-read.js';

/** The fields of {@link StopEarlyOptions}. */
type StopEarlyFields = {
  /**
   * Probability with which the first `topK` are to be those of a full run. Above 0, below 1.
   * @default 0.95
   */
  readonly confidence: z.ZodDefault<z.ZodNumber>;
  /**
   * Milliseconds for each query; a call of several has the sum for all together. The first block is always reranked, and
   * no further one is begun that would not be ready in time, going by the one before it.
   * @default none
   */
  readonly budgetMs: z.ZodOptional<z.ZodNumber>;
  /**
   * Candidates of a query that are reranked between two looks. 1 to 10,000.
   * @default 8
   */
  readonly block: z.ZodDefault<z.ZodInt>;
  /**
   * The clock, in milliseconds.
   * @default performance.now
   */
  readonly now: z.ZodOptional<z.ZodCustom<() => number, () => number>>;
};

/** Options of {@link stopEarly}. */
export type StopEarlyOptions = z.input<z.ZodObject<StopEarlyFields>>;

type Settings = z.output<z.ZodObject<StopEarlyFields>>;

export const stopEarlyOptions: z.ZodObject<StopEarlyFields, z.core.$strict> = z.strictObject({
  confidence: z.number().gt(0).lt(1).default(0.95),
  budgetMs: z.number().nonnegative().optional(),
  block: z.int().min(1).max(10_000).default(8),
  now: z.custom<() => number>((value) => typeof value === 'function').optional(),
});

/**
 * The same reranker, which stops where the candidates that are left will hardly reach the first `topK`, or where the
 * time is spent.
 *
 * Reranks from the top, a block at a time, and foresees the scores of the rest by a line through the pairs of former and
 * new score seen so far. Blocks of all queries go to the reranker together. No candidate is lost: what was not reranked
 * stands below what was, in its earlier order, without a score in the reranker's column; its final score is the least
 * that was found, lowered by the smallest steps. Without `topK` only time stops it.
 *
 * The confidence holds where new scores lie around a line through the former ones, so give it logits rather than
 * relevances that crowd at 0 and 1; a list in an order that says nothing has a wide spread, and is read to its end.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @example pipeline(hybrid, rerank(stopEarly(crossEncoder, { budgetMs: 150 }), { depth: 100, topK: 10 }))
 */
export function stopEarly(reranker: Reranker, options: StopEarlyOptions = {}): Reranker {
  const settings = parseOptions(stopEarlyOptions, options, 'stopEarly');
  const { confidence, budgetMs = Number.POSITIVE_INFINITY, block, now = () => performance.now() } = settings;
  const { name, scale, requires } = reranker;
  return {
    ...{ name, scale, requires },
    step: printed(reranker, settings),
    ...(reranker.toSpec && { toSpec: () => writtenDown(reranker, settings) }),
    async rerank(candidates, { topK, onProgress, ...call }: RerankOptions = {}) {
      call.signal?.throwIfAborted();
      const wanted = topK ?? Number.POSITIVE_INFINITY;
      const lists = candidates.map((each) => new PartlyRead(each, wanted, { block, confidence }));
      const total = candidates.reduce((sum, { ranking }) => sum + ranking.length, 0);
      let before = now();
      const end = before + budgetMs * candidates.length;
      for (let open = lists; open.length > 0; ) {
        const blocks = open.map((list) => list.next());
        const answers = await reranker.rerank(blocks, call);
        for (const [at, list] of open.entries()) list.add(answers[at], name);
        const done = lists.reduce((sum, list) => sum + list.read, 0);
        onProgress?.({ phase: 'reranking', done, total, unit: 'candidates' });
        const after = now();
        open = after + (after - before) <= end ? open.filter((list) => list.goesOn()) : [];
        before = after;
      }
      return lists.map((list) => list.answer(reranker, topK));
    },
  };
}

function printed({ name, step = name }: Reranker, { confidence, budgetMs }: Settings): string {
  return `stopEarly(${step}, confidence: ${confidence}${budgetMs === undefined ? '' : `, budgetMs: ${budgetMs}`})`;
}

/** The clock is the program's, not the file's. */
function writtenDown(reranker: Reranker, { confidence, budgetMs, block }: Settings): StageSpec {
  const budget = budgetMs === undefined ? {} : { budgetMs };
  return { type: 'stop-early', by: specOf(reranker), confidence, block, ...budget };
}
