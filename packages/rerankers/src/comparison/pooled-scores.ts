import { mapInSlices } from '@sluice/core';
import { type PooledScores, poolLists } from '@sluice/evaluation';
import type { FitOptions } from '../calibration/calibrator.js';
import type { JudgedList, KeepScores } from './cutoff-method.js';

/**
 * What a method says of the candidates of all lists, one list after another, with their labels.
 *
 * @throws the signal's `reason`, once it has fired
 */
export async function pooledScores(
  lists: readonly JudgedList[],
  keep: KeepScores,
  { signal }: FitOptions = {},
): Promise<PooledScores> {
  return poolLists(await mapInSlices(lists, (list) => ({ scores: keep(list), labels: list.labels }), { signal }));
}
