import { pooledPrecisionRecallArea, poolScores } from '@sluice/evaluation';
import type { CutoffMethod, JudgedList, KeepScores } from './cutoff-method.js';

/** Every so many lists choose the method and do not teach it. */
const HELD = 3;

/**
 * Chooses among methods by validation: each learns from two thirds of the lists, the one with the greatest PR AUC on the
 * last third is fitted on all. Where a baseline is best it is chosen, whatever was hoped for.
 *
 * @param methods at least one; of equal ones the first
 */
export function validatedMethod(name: string, methods: readonly CutoffMethod[]): CutoffMethod {
  return {
    name,
    async fit(lists, options) {
      const teaching = lists.filter((_, at) => at % HELD !== 0);
      const held = lists.filter((_, at) => at % HELD === 0);
      let [best, area]: [CutoffMethod | undefined, number] = [undefined, Number.NEGATIVE_INFINITY];
      for (const method of methods) {
        const found = areaOf(held, await method.fit(teaching, options));
        if (found > area) [best, area] = [method, found];
      }
      if (!best) throw new RangeError('There is no method to choose from.');
      return best.fit(lists, options);
    },
  };
}

function areaOf(lists: readonly JudgedList[], keep: KeepScores): number {
  const scores = Float32Array.from(lists.flatMap((list) => [...keep(list)]));
  const labels = Uint8Array.from(lists.flatMap((list) => [...list.labels]));
  return pooledPrecisionRecallArea(poolScores(scores, labels));
}
