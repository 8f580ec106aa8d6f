import type { CallOptions } from '@sluice/core';
import { z } from 'zod';

/** How vectors are added by several threads. */
export interface ParallelAddition extends Pick<CallOptions, 'signal' | 'onProgress'> {
  /**
   * Threads that link the vectors, 1 to 64. With one, or without shared memory, Node and SIMD, the calling thread does
   * it, a few milliseconds at a time; the index is then the same as that of `add`.
   * @default as many as there are processors
   */
  readonly workers?: number | undefined;
}

export const parallelAddition: z.ZodType<Pick<ParallelAddition, 'workers'>> = z.object({
  workers: z.int().min(1).max(64).optional(),
});
