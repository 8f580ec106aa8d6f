import {
  fusionScale,
  logitScale,
  parseOptions,
  positionsIn,
  type Ranking,
  type Reranker,
  rerankByScore,
  type StageSpec,
  specOf,
} from '@sluice/core';
import { z } from 'zod';
import { zScoresOf } from '../list-moments.js';

/** The fields of {@link InterpolateOptions}. */
type InterpolateFields = {
  /**
   * Share of the reranker's scores in the average; the scores that candidates come with have the rest. Above 0, at most 1.
   * @default 0.5
   */
  readonly weight: z.ZodDefault<z.ZodNumber>;
  /**
   * What is done to the reranker's scores first: `none`, or `z-score`, deviations from the mean of the list that it is given.
   * @default 'none' for logits, which mean the same for every query; 'z-score' for every other scale
   */
  readonly normalization: z.ZodOptional<z.ZodEnum<{ none: 'none'; 'z-score': 'z-score' }>>;
};

/** Options of {@link interpolate}. */
export type InterpolateOptions = z.input<z.ZodObject<InterpolateFields>>;

export const interpolateOptions: z.ZodObject<InterpolateFields, z.core.$strict> = z.strictObject({
  weight: z.number().gt(0).max(1).default(0.5),
  normalization: z.enum(['none', 'z-score']).optional(),
});

/**
 * A reranker whose scores are averaged with those that the candidates come with.
 *
 * A first search and a small reranker err in different places, so that the average is often better than either. The first
 * scores enter as they are: give it a source whose scores are deviations from the mean of a deep list, as those of the
 * ready pipelines are, or one put on that scale by `standardised`. Logits are not stretched to the spread of their
 * list: where the reranker sees no difference between candidates it makes none, and the best score of a query with an
 * answer stays above that of a query without.
 *
 * The reranker's own scores stay as its column. `stopEarly` goes around it, with logits: `stopEarly(interpolate(...))`.
 * Source of the interpolation: arXiv 1903.10972.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @example pipeline(hybrid, rerank(interpolate(crossEncoder, { weight: 0.5 }), { depth: 50 }))
 */
export function interpolate(reranker: Reranker, options: InterpolateOptions = {}): Reranker {
  const settings = parseOptions(interpolateOptions, options, 'interpolate');
  const { weight, normalization = reranker.scale.name === logitScale.name ? 'none' : 'z-score' } = settings;
  const name = `interpolated-${reranker.name}`;
  const { step = reranker.name, requires } = reranker;
  return {
    ...{ name, scale: fusionScale, requires },
    step: `interpolate(${step}, weight: ${weight})`,
    ...(reranker.toSpec && {
      toSpec: (): StageSpec => ({ type: 'interpolate', by: specOf(reranker), weight, normalization }),
    }),
    async rerank(candidates, { topK, ...call } = {}) {
      const answers = await reranker.rerank(candidates, call);
      return answers.map((answer, at) => {
        const firsts = firstScores(candidates[at]?.ranking, answer);
        const scores = averaged(firsts, normalization === 'none' ? answer.scores : zScoresOf(answer.scores), weight);
        return rerankByScore(answer, scores, { name, scale: fusionScale, topK });
      });
    },
  };
}

/** The scores that the answer's documents came with, in the answer's order. */
function firstScores(given: Ranking | undefined, answer: Ranking): Float32Array {
  if (given === undefined) return new Float32Array(answer.length);
  return Float32Array.from(positionsIn(given, answer), (position) => given.scores[position] ?? 0);
}

function averaged(firsts: Float32Array, seconds: Float32Array, weight: number): Float32Array {
  const scores = new Float32Array(firsts.length);
  for (let at = 0; at < scores.length; at++) {
    scores[at] = (1 - weight) * (firsts[at] ?? 0) + weight * (seconds[at] ?? 0);
  }
  return scores;
}
