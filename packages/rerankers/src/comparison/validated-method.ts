import { isSluiceError } from '@sluice/core';
import { pooledPrecisionRecallArea, poolLists, poolScores } from '@sluice/evaluation';
import type { LabelledScores } from '../calibration/calibrator.js';
import { fitPlattParameters, type PlattParameters } from '../calibration/platt.js';
import type { CutoffMethod, JudgedList, KeepScores } from './cutoff-method.js';

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
        const found = areaOf(held, await method.fit(teaching, options));
        if (best === undefined) [best, area] = [method, MARGIN * found];
        else if (found > area) [best, area] = [method, found];
      }
      if (!best) throw new RangeError('There is no method to choose from.');
      return asLogits(await best.fit(lists, options), lists);
    },
  };
}

/** The numbers on the scale of logits; as they are where relevant candidates do not score higher. */
function asLogits(keep: KeepScores, lists: readonly JudgedList[]): KeepScores {
  const { scores, labels } = pooled(lists, keep);
  const parameters = plattOf({ scores, labels });
  if (!parameters) return keep;
  const { slope, intercept } = parameters;
  return (list) => keep(list).map((score) => slope * score + intercept);
}

function plattOf(pairs: LabelledScores): PlattParameters | undefined {
  try {
    return fitPlattParameters(pairs);
  } catch (error) {
    if (isSluiceError(error) && error.code === 'SLUICE_INVALID_INPUT') return undefined;
    throw error;
  }
}

function areaOf(lists: readonly JudgedList[], keep: KeepScores): number {
  const { scores, labels } = pooled(lists, keep);
  return pooledPrecisionRecallArea(poolScores(scores, labels));
}

function pooled(lists: readonly JudgedList[], keep: KeepScores): LabelledScores & { readonly scores: Float32Array } {
  return poolLists(lists.map((list) => ({ scores: keep(list), labels: list.labels })));
}
