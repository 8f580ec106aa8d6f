import { type CallOptions, isSluiceError } from '@sluice/core';
import { classifierLabels, readMultiVectorFolder } from '@sluice/inference';
import { foundModel } from './found-model.js';
import type { PullModelOptions } from './pull-model.js';
import { shippedCrossEncoders } from './shipped-cross-encoders.js';

/** The types of reranker that a model's name can stand behind, as pipeline files call them. */
export type ModelRerankerType = 'cross-encoder' | 'late-interaction';

/**
 * Which reranker a model is for, by its files: a sequence classifier is a cross-encoder, and a model with a vector for each
 * token is one of late interaction. What is neither is called a cross-encoder, and refused as one when it is opened.
 *
 * @param name as `openCrossEncoder` and `openLateModel` take it
 * @throws what `downloadModel` of `@sluice/inference/hub` throws, for a model that is fetched
 */
export async function rerankerTypeOf(
  name: string,
  { precision = 'float32', hub }: PullModelOptions = {},
  call: Pick<CallOptions, 'signal' | 'onProgress'> = {},
): Promise<ModelRerankerType> {
  if (shippedCrossEncoders.some((model) => model.name === name)) return 'cross-encoder';
  const { folder } = await foundModel(name, { precision, hub }, call);
  try {
    if ((await classifierLabels(folder)) !== undefined) return 'cross-encoder';
    await readMultiVectorFolder(folder, precision);
    return 'late-interaction';
  } catch (error) {
    if (isSluiceError(error, 'SLUICE_MODEL_FILE')) return 'cross-encoder';
    throw error;
  }
}
