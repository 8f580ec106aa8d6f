import type { Similarity } from '@sluice/core';
import type { KernelMemory, Points } from '@sluice/kernels';
import { learnRotation } from '../opq/learn-rotation.js';
import { Rotation } from '../opq/rotation.js';
import type { PqSettings } from './pq-options.js';
import { ProductQuantizer } from './product-quantizer.js';
import { trainCodebooks } from './train-codebooks.js';
import { VectorCodec } from './vector-codec.js';

/**
 * Codebooks, and a rotation where the settings say so, for points like these.
 *
 * @throws {MemoryLimitError} they do not fit; nothing is left behind
 */
export function trainCodec(
  points: Points,
  { memory, similarity, settings }: { memory: KernelMemory; similarity: Similarity; settings: PqSettings },
): VectorCodec {
  const { rotation: method, rotationRounds, ...options } = settings;
  if (method === 'none') {
    return codecOf(memory, similarity, settings, { codebooks: trainCodebooks(points, { memory, ...options }) });
  }
  const learnt = learnRotation(points, { memory, method, rounds: rotationRounds, ...options });
  return codecOf(memory, similarity, settings, learnt);
}

/** A codec in kernel memory. */
export function codecOf(
  memory: KernelMemory,
  similarity: Similarity,
  { parts, codedWidth }: PqSettings,
  { codebooks, matrix }: { readonly codebooks: Float32Array; readonly matrix?: Float32Array },
): VectorCodec {
  const quantizer = new ProductQuantizer(memory, codebooks, parts);
  try {
    return new VectorCodec(similarity, quantizer, matrix && new Rotation(memory, matrix, codedWidth));
  } catch (error) {
    quantizer.close();
    throw error;
  }
}
