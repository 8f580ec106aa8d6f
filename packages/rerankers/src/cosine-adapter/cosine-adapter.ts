import {
  type Candidates,
  InvalidOptionsError,
  logitScale,
  MissingScoresError,
  Pace,
  paced,
  parseOptions,
  type Ranking,
  type RelevanceFilter,
} from '@sluice/core';
import { z } from 'zod';
import { requiredColumn } from '../required-column.js';
import { inferenceNetwork, mapsOf } from './adapter-scores.js';
import { type CosineAdapterModel, expectAdapterModel } from './cosine-adapter-model.js';
import { cosineAdapterToJson } from './saved-adapter.js';
import { logitOf, type ScoreMap } from './score-map.js';

/** Options of {@link cosineAdapter}. */
export interface CosineAdapterOptions {
  /**
   * Results with a smaller logit are dropped; chosen with `chooseThreshold` on queries of its own.
   * @default the model's
   */
  readonly threshold?: number | undefined;
  /**
   * The source whose cosines are mapped.
   * @default 'dense'
   */
  readonly source?: string | undefined;
  /**
   * Results that stay whatever their logit, counted from the top. Report it with Null%.
   * @default 0
   */
  readonly minKeep?: number | undefined;
}

/** The options as a pipeline file has them, beside the model. */
export const cosineAdapterFields: {
  readonly threshold: z.ZodOptional<z.ZodNumber>;
  readonly source: z.ZodDefault<z.ZodString>;
  readonly minKeep: z.ZodDefault<z.ZodInt>;
} = {
  threshold: z.number().optional(),
  source: z.string().min(1).default('dense'),
  minKeep: z.int().nonnegative().default(0),
};

const schema = z.strictObject(cosineAdapterFields);

/**
 * Keeps the results whose cosine, bent and shifted by what the query's vector says, reaches one threshold.
 *
 * Adds the logits as a column named `cosine-adapter`. One small network run a query, whatever the number of
 * candidates; no document vector is read. Its written form holds the weights. Source: arXiv 2408.04887.
 *
 * @throws {InvalidOptionsError} an option is out of range, or there is no threshold in the options nor in the model
 * @throws {InvalidInputError} the weights are not those of the model's shape
 * @example pipeline(dense, relevance(cosineAdapter(model, { threshold }), { depth: 100 }))
 */
export function cosineAdapter(model: CosineAdapterModel, options: CosineAdapterOptions = {}): RelevanceFilter {
  const { threshold = model.threshold, source, minKeep } = parseOptions(schema, options, 'cosineAdapter');
  expectAdapterModel(model);
  if (threshold === undefined) {
    const issues = [{ path: 'threshold', message: 'the model has none: choose one with chooseThreshold' }];
    throw new InvalidOptionsError({ owner: 'cosineAdapter', issues });
  }
  const network = inferenceNetwork(model);
  const floor = Math.fround(threshold);
  const name = 'cosine-adapter';
  const needs = { cosines: `${source}.cosine`, query: `query.${source}` };

  return {
    name,
    requires: [needs.cosines, needs.query],
    async select(candidates, { signal } = {}) {
      signal?.throwIfAborted();
      const maps = await paced(mapsOf(network, model, stackQueries(candidates), candidates.length), signal);
      const pace = new Pace(signal);
      const kept: Ranking[] = [];
      for (const [at, { ranking }] of candidates.entries()) {
        if (pace.due) await pace.rest();
        kept.push(keep(ranking, maps[at]));
      }
      return kept;
    },
    toSpec: () => ({ type: 'cosineAdapter', model: cosineAdapterToJson(model), threshold, source, minKeep }),
  };

  function stackQueries(candidates: readonly Candidates[]): Float32Array {
    const rows = new Float32Array(candidates.length * model.dimensions);
    for (const [at, { queryVectors }] of candidates.entries()) {
      const vector = queryVectors && Object.hasOwn(queryVectors, source) ? queryVectors[source] : undefined;
      if (vector?.length !== model.dimensions) throw new MissingScoresError({ stage: name, requirement: needs.query });
      rows.set(vector, at * model.dimensions);
    }
    return rows;
  }

  function keep(ranking: Ranking, map: ScoreMap | undefined): Ranking {
    const cosines = requiredColumn(ranking, source, { stage: name, requirement: needs.cosines });
    if (!map) throw new MissingScoresError({ stage: name, requirement: needs.cosines });
    const column = {
      scale: logitScale,
      scores: cosines.scores.map((cosine) => logitOf(map, cosine)),
      ranks: cosines.ranks,
    };
    return ranking.withSource(name, column).where(column, (logit, rank) => rank < minKeep || logit >= floor);
  }
}
