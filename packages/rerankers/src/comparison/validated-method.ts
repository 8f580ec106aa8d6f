import { paced } from '@sluice/core';
import { pooledScoresAreaSteps } from '@sluice/evaluation';
import type { FitOptions } from '../calibration/calibrator.js';
import { fitPlattParameters } from '../calibration/platt.js';
import type { CutoffMethod, JudgedList, KeepScores } from './cutoff-method.js';
import { pooledScores } from './pooled-scores.js';
import { unlessFalling } from './unless-falling.js';

/** Every so many lists choose the method and do not teach it. */
const HELD = 3;

/** How much better than the first method another must be: few lists make small differences by chance. */
const MARGIN = 1.05;

/**
 * Chooses among methods by validation: each learns from two thirds of the lists, and the one with the greatest PR AUC on
 * the last third is fitted on all, if it is 5 % better there than the first. Where a baseline is best it is chosen,
 * whatever was hoped for. Its numbers become logits by a Platt fit, so that those of different methods can be pooled.
 *
 * @param methods at least one; the first is the default
 */
export function validatedMethod(name: string, methods: readonly CutoffMethod[]): CutoffMethod {
  return {
    name,
    async fit(lists, options) {
      const teaching = lists.filter((_, at) => at % HELD !== 0);
      const held = lists.filter((_, at) => at % HELD === 0);
      let [best, area]: [CutoffMethod | undefined, number] = [undefined, 0];
      for (const method of methods) {
        const found = await areaOf(held, await method.fit(teaching, options), options);
        if (best === undefined) [best, area] = [method, MARGIN * found];
        else if (found > area) [best, area] = [method, found];
      }
      if (!best) throw new RangeError('There is no method to choose from.');
      return asLogits(await best.fit(lists, options), lists, options);
    },
  };
}

/** The numbers on the scale of logits; as they are where relevant candidates do not score higher. */
async function asLogits(keep: KeepScores, lists: readonly JudgedList[], options: FitOptions): Promise<KeepScores> {
  const parameters = await unlessFalling(fitPlattParameters(await pooledScores(lists, keep, options), options));
  if (!parameters) return keep;
  const { slope, intercept } = parameters;
  return async (list, call) => (await keep(list, call)).map((score) => slope * score + intercept);
}

async function areaOf(lists: readonly JudgedList[], keep: KeepScores, options: FitOptions): Promise<number> {
  const { scores, labels } = await pooledScores(lists, keep, options);
  return paced(pooledScoresAreaSteps(scores, labels), options.signal);
}
