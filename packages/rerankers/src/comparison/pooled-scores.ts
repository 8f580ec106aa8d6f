import { type PooledScores, poolLists } from '@sluice/evaluation';
import type { FitOptions } from '../calibration/calibrator.js';
import type { JudgedList, KeepScores } from './cutoff-method.js';
import { eachInSlices } from './each-in-slices.js';

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
  const call = signal ? { signal } : {};
  const scored = async (list: JudgedList) => ({ scores: await keep(list, call), labels: list.labels });
  return poolLists(await eachInSlices(lists, scored, call));
}
