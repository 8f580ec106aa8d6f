import { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import { type VectorShape, vectorShapeFields } from '../vector-shape.js';

/** How a forest index is built and searched, filled in. */
export interface ForestIndexSettings {
  readonly trees: number;
  readonly leafSize: number;
  readonly recall: number;
  readonly scanBelow: number;
  readonly seed: number;
}

/** The same as a caller gives it. */
export interface ForestParameters {
  /**
   * Trees. More find neighbours among fewer candidates, and take longer to build. 2 to 256.
   * @default 16
   */
  readonly trees?: number | undefined;
  /**
   * Most vectors in a leaf. Smaller leaves take more memory for planes. 2 to 65,536.
   * @default 64
   */
  readonly leafSize?: number | undefined;
  /**
   * The recall of searches that do not say one. Above 0 to 1.
   * @default 0.95
   */
  readonly recall?: number | undefined;
  /**
   * Up to so many vectors that may be found, each is compared.
   * @default 1000
   */
  readonly scanBelow?: number | undefined;
  /**
   * Of the random choices; an integer of 32 bits.
   * @default 1
   */
  readonly seed?: number | undefined;
}

/** What a forest index is made for, how, and where it lives. */
export interface ForestIndexOptions extends VectorShape, ForestParameters {
  /**
   * Kernel memory to live in, shared with others or limited. Planes and leaves are outside it.
   * @default one of its own
   */
  readonly memory?: KernelMemory | undefined;
}

const parameterFields = {
  trees: z.int().min(2).max(256).default(16),
  leafSize: z.int().min(2).max(65_536).default(64),
  recall: z.number().gt(0).max(1).default(0.95),
  scanBelow: z.int().min(0).default(1000),
  seed: z
    .int()
    .min(-(2 ** 31))
    .max(2 ** 31 - 1)
    .default(1),
};

/** The parameters as a saved index has them. */
export const forestParameters: z.ZodType<ForestIndexSettings, ForestParameters> = z.strictObject(parameterFields);

export const forestIndexOptions: z.ZodType<VectorShape & ForestIndexSettings & { memory?: KernelMemory | undefined }> =
  z.strictObject({
    ...vectorShapeFields,
    ...parameterFields,
    memory: z.instanceof(KernelMemory).optional(),
  });
