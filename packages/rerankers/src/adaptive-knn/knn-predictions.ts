import { matrix, paced } from '@sluice/core';
import { type CandidateScores, writeListFeatures } from '../list-adapter/list-features.js';
import { standardise } from '../network/standard-scales.js';
import type { AdaptiveKnn, KnnPrediction } from './adaptive-knn.js';
import type { KnnFilterModel } from './knn-filter-model.js';

/**
 * What the neighbours of each candidate of a list say.
 *
 * @param knn of the model, see `neighboursOf`
 * @param scores with a lexical column where the model has one
 * @throws the signal's `reason`, once it has fired
 */
export async function knnPredictions(
  knn: AdaptiveKnn,
  model: Pick<KnnFilterModel, 'means' | 'deviations'>,
  scores: CandidateScores,
  signal?: AbortSignal,
): Promise<KnnPrediction[]> {
  const width = model.means.length;
  const features = new Float64Array(scores.dense.length * width);
  writeListFeatures(scores, features, 0);
  await paced(standardise(features, model), signal);
  return knn.predict(matrix(Float32Array.from(features), width), signal ? { signal } : {});
}
