import { z } from 'zod';
import { parseOptions } from '../parse-options.js';
import type { RelevanceFilter } from '../relevance-filter.js';
import { expectAnswers } from './expect-answers.js';
import type { PipelinePart, Stage } from './stage.js';
import { specOf } from './written.js';

/** Options of {@link relevance}. */
export interface RelevanceStageOptions {
  /**
   * How many candidates the filter looks at, counted from the top, whatever `topK` is; an integer, at least 1.
   * Later ones are dropped.
   * @default 100
   */
  readonly depth?: number | undefined;
}

export const relevanceOptions: z.ZodObject<{ depth: z.ZodDefault<z.ZodInt> }, z.core.$strict> = z.strictObject({
  depth: z.int().min(1).default(100),
});

/**
 * Lets a filter decide how many of the first `depth` candidates stay.
 *
 * The depth does not follow `topK`, so that asking for fewer results never changes which of them are relevant.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @example pipeline(dense, relevance(cosineAdapter, { depth: 200 }))
 */
export function relevance(filter: RelevanceFilter, options: RelevanceStageOptions = {}): Stage {
  const { depth } = parseOptions(relevanceOptions, options, 'relevance');
  const { name, requires } = filter;
  return {
    name,
    step: `relevance(${name}, depth: ${depth})`,
    requires,
    identity: ['relevance', filter, depth],
    depth: () => depth,
    async apply(candidates, { topK, ...call }) {
      const first = candidates.map((each) => ({ ...each, ranking: each.ranking.take(depth) }));
      const answers = await filter.select(first, call);
      return expectAnswers(name, answers, candidates.length, depth).map((ranking) => ranking.take(topK));
    },
    toSpec: () => ({ type: 'relevance', by: specOf(filter), depth }),
  };
}

/** A part of a pipeline as a stage: a bare filter gets the default depth. */
export function asStage(part: PipelinePart): Stage {
  return 'select' in part ? relevance(part) : part;
}
