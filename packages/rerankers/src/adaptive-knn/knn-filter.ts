import { parseOptions, type Ranking, type RelevanceFilter } from '@sluice/core';
import { z } from 'zod';
import type { CandidateScores } from '../list-adapter/list-features.js';
import { requiredColumn } from '../required-column.js';
import { relevanceScale } from '../text/score-kind.js';
import type { AdaptiveKnn } from './adaptive-knn.js';
import { expectKnnFilter, type KnnFilterModel, knnFilterToJson, neighboursOf } from './knn-filter-model.js';
import { knnPredictions } from './knn-predictions.js';

/** Options of {@link knnFilter}. */
export interface KnnFilterOptions {
  /**
   * How often neighbours must be right, where they say that a candidate is not relevant, for it to be dropped: 0 (whatever
   * they say counts) to 1.
   * @default 0.9
   */
  readonly confidence?: number | undefined;
  /** @default 'dense' */
  readonly dense?: string | undefined;
  /** Read only where the model has lexical features. @default 'bm25' */
  readonly lexical?: string | undefined;
  /**
   * Results that stay whatever their neighbours say, counted from the top. Report it with Null%.
   * @default 0
   */
  readonly minKeep?: number | undefined;
}

/** The options as a pipeline file has them, beside the model. */
export const knnFilterFields: {
  readonly confidence: z.ZodDefault<z.ZodNumber>;
  readonly dense: z.ZodDefault<z.ZodString>;
  readonly lexical: z.ZodDefault<z.ZodString>;
  readonly minKeep: z.ZodDefault<z.ZodInt>;
} = {
  confidence: z.number().min(0).max(1).default(0.9),
  dense: z.string().min(1).default('dense'),
  lexical: z.string().min(1).default('bm25'),
  minKeep: z.int().nonnegative().default(0),
};

const schema = z.strictObject(knnFilterFields);

/**
 * Drops a candidate where the judged candidates most like it say that it is not relevant, and such neighbours are known to
 * be right often enough. What they are not sure about stays.
 *
 * How many neighbours are asked is chosen for each candidate, by how often that many were right about judged candidates like
 * it: see {@link AdaptiveKnn}. Adds two columns from 0 to 1: `knn`, the share of the neighbours that are relevant, and
 * `knn-confidence`, how often they are right; a `scoreThreshold` on the second keeps what is certain. Give it lists of the
 * depth that the model was made of: `relevance(filter, { depth: model.depth })`.
 *
 * Cost: each candidate is compared with each point of the model; before the first query, each point with each other.
 * Source: arXiv 1801.01453, with relevance as the label; what is dropped when is ours.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {InvalidInputError} the model's points and labels do not fit together
 * @example pipeline(hybrid, relevance(knnFilter(await fitKnnFilter(lists)), { depth: 100 }))
 */
export function knnFilter(model: KnnFilterModel, options: KnnFilterOptions = {}): RelevanceFilter {
  const { confidence, dense, lexical, minKeep } = parseOptions(schema, options, 'knnFilter');
  expectKnnFilter(model);
  const name = 'knn';
  const certain = Math.fround(confidence);
  let neighbours: Promise<AdaptiveKnn> | undefined;

  return {
    name,
    requires: model.sources === 'lexical' ? [dense, lexical] : [dense],
    async select(candidates, { signal } = {}) {
      signal?.throwIfAborted();
      // All of them before the first wait: a list that lacks scores is told before anything is compared.
      const scores = candidates.map(({ ranking }) => scoresOf(ranking));
      // Without the signal: other calls wait for the same.
      neighbours ??= neighboursOf(model);
      const knn = await neighbours;
      const kept: Ranking[] = [];
      for (const [at, { ranking }] of candidates.entries()) {
        kept.push(await keep(ranking, scores[at] ?? { dense: new Float32Array(0) }, knn, signal));
      }
      return kept;
    },
    toSpec: () => ({ type: 'knnFilter', model: knnFilterToJson(model), confidence, dense, lexical, minKeep }),
  };

  async function keep(
    ranking: Ranking,
    scores: CandidateScores,
    knn: AdaptiveKnn,
    signal: AbortSignal | undefined,
  ): Promise<Ranking> {
    const found = await knnPredictions(knn, model, scores, signal);
    const ranks = Uint32Array.from(found, (_, at) => at + 1);
    const column = (value: (each: (typeof found)[number]) => number) => ({
      scale: relevanceScale,
      scores: Float32Array.from(found, value),
      ranks,
    });
    const sure = column(({ expectedAccuracy }) => expectedAccuracy);
    return ranking
      .withSource(
        name,
        column(({ label, share }) => (label === 1 ? share : 1 - share)),
      )
      .withSource(`${name}-confidence`, sure)
      .where(sure, (accuracy, rank) => rank < minKeep || found[rank]?.label === 1 || accuracy < certain);
  }

  function scoresOf(ranking: Ranking): CandidateScores {
    const scoresIn = (column: string): Float32Array => requiredColumn(ranking, column, { stage: name }).scores;
    return { dense: scoresIn(dense), lexical: model.sources === 'lexical' ? scoresIn(lexical) : undefined };
  }
}
