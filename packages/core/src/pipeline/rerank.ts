import { z } from 'zod';
import { parseOptions } from '../parse-options.js';
import type { Reranker } from '../reranker.js';
import { expectAnswers } from './expect-answers.js';
import { withOwnColumn } from './source-node.js';
import type { Stage } from './stage.js';
import { specOf } from './written.js';

/** Options of {@link rerank}. */
export interface RerankStageOptions {
  /** How many candidates are reranked, counted from the top; an integer, at least 1. Later ones are dropped. */
  readonly depth: number;
  /**
   * How many of them stay, at most; an integer, at least 1.
   * @default depth
   */
  readonly topK?: number;
}

export const rerankOptions: z.ZodObject<{ depth: z.ZodInt; topK: z.ZodExactOptional<z.ZodInt> }, z.core.$strict> =
  z.strictObject({ depth: z.int().min(1), topK: z.int().min(1).exactOptional() });

/**
 * Gives the first `depth` candidates new scores and a new order, and drops the rest.
 *
 * Dropped rather than kept below: scores of two models do not make one non-increasing list, and a reader could not tell
 * where one ends. Ask for a greater `depth` to keep more. The former scores stay as columns.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @example pipeline(bm25, rerank(crossEncoder, { depth: 50 }))
 */
export function rerank(reranker: Reranker, options: RerankStageOptions): Stage {
  const { depth, topK: kept = depth } = parseOptions(rerankOptions, options, 'rerank');
  const { name, scale, requires, step: printed = name } = reranker;
  return {
    name,
    step: kept === depth ? `rerank(${printed}, depth: ${depth})` : `rerank(${printed}, depth: ${depth}, topK: ${kept})`,
    requires,
    adds: [{ name, scale }],
    scale,
    identity: ['rerank', reranker, depth, kept],
    depth: () => depth,
    async apply(candidates, { topK: asked, ...call }) {
      const first = candidates.map((each) => ({ ...each, ranking: each.ranking.take(depth) }));
      const topK = Math.min(asked, kept);
      const answers = await reranker.rerank(first, { ...call, topK });
      return expectAnswers(name, answers, candidates.length, topK).map((ranking) => withOwnColumn(ranking, name));
    },
    toSpec: () => ({ type: 'rerank', by: specOf(reranker), depth, ...(kept === depth ? {} : { topK: kept }) }),
  };
}
