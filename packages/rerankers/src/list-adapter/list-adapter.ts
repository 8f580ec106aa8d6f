import { InvalidOptionsError, logitScale, Pace, parseOptions, type Ranking, type RelevanceFilter } from '@sluice/core';
import { z } from 'zod';
import { requiredColumn } from '../required-column.js';
import { candidateLogits, type ListAdapterModel, listAdapterToJson } from './list-adapter-model.js';
import type { CandidateScores } from './list-features.js';

/** Options of {@link listAdapter}. */
export interface ListAdapterOptions {
  /**
   * Results with a smaller logit are dropped; chosen with `chooseThreshold` on queries of its own.
   * @default the model's
   */
  readonly threshold?: number | undefined;
  /** @default 'dense' */
  readonly dense?: string | undefined;
  /** Read only where the model has lexical features. @default 'bm25' */
  readonly lexical?: string | undefined;
  /**
   * Results that stay whatever their logit, counted from the top. Report it with Null%.
   * @default 0
   */
  readonly minKeep?: number | undefined;
}

/** The options as a pipeline file has them, beside the model. */
export const listAdapterFields: {
  readonly threshold: z.ZodOptional<z.ZodNumber>;
  readonly dense: z.ZodDefault<z.ZodString>;
  readonly lexical: z.ZodDefault<z.ZodString>;
  readonly minKeep: z.ZodDefault<z.ZodInt>;
} = {
  threshold: z.number().optional(),
  dense: z.string().min(1).default('dense'),
  lexical: z.string().min(1).default('bm25'),
  minKeep: z.int().nonnegative().default(0),
};

const schema = z.strictObject(listAdapterFields);

/**
 * Keeps the results that are likely relevant, judged by their scores and how these stand in their list.
 *
 * Adds the logits as a column named `list-adapter`. Give it lists of the depth that the model learnt from:
 * `relevance(filter, { depth: model.depth })`. Cost: a few operations a candidate; no vector is read.
 *
 * @throws {InvalidOptionsError} an option is out of range, or there is no threshold in the options nor in the model
 * @example pipeline(hybrid, relevance(listAdapter(model, { threshold }), { depth: model.depth }))
 */
export function listAdapter(model: ListAdapterModel, options: ListAdapterOptions = {}): RelevanceFilter {
  const { threshold = model.threshold, dense, lexical, minKeep } = parseOptions(schema, options, 'listAdapter');
  if (threshold === undefined) {
    const issues = [{ path: 'threshold', message: 'the model has none: choose one with chooseThreshold' }];
    throw new InvalidOptionsError({ owner: 'listAdapter', issues });
  }
  const name = 'list-adapter';
  const requires = model.sources === 'lexical' ? [dense, lexical] : [dense];
  const floor = Math.fround(threshold);

  return {
    name,
    requires,
    async select(candidates, { signal } = {}) {
      signal?.throwIfAborted();
      const pace = new Pace(signal);
      const kept: Ranking[] = [];
      for (const { ranking } of candidates) {
        if (pace.due) await pace.rest();
        kept.push(keep(ranking));
      }
      return kept;
    },
    toSpec: () => ({ type: 'listAdapter', model: listAdapterToJson(model), threshold, dense, lexical, minKeep }),
  };

  function keep(ranking: Ranking): Ranking {
    const scoresIn = (column: string): Float32Array => requiredColumn(ranking, column, { stage: name }).scores;
    const scores: CandidateScores = {
      dense: scoresIn(dense),
      lexical: model.sources === 'lexical' ? scoresIn(lexical) : undefined,
    };
    const ranks = Uint32Array.from(ranking.ordinals, (_, at) => at + 1);
    const column = { scale: logitScale, scores: candidateLogits(model, scores), ranks };
    return ranking.withSource(name, column).where(column, (logit, rank) => rank < minKeep || logit >= floor);
  }
}
