import { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import { type VectorShape, vectorShapeFields } from '../vector-shape.js';

/** How a hash index is built and searched, filled in. */
export interface HashIndexSettings {
  readonly tables: number;
  readonly bits: number;
  readonly recall: number;
  readonly scanBelow: number;
  readonly seed: number;
}

/** The same as a caller gives it. */
export interface HashParameters {
  /**
   * Hash tables. More find neighbours in fewer buckets, and cost 10 bytes a vector each. 1 to 256.
   * @default 32
   */
  readonly tables?: number | undefined;
  /**
   * Bits of a bucket's number. About log2 of the number of vectors, less 3. 1 to 16.
   * @default 12
   */
  readonly bits?: number | undefined;
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
   * Of the random directions; an integer of 32 bits.
   * @default 1
   */
  readonly seed?: number | undefined;
}

/** What a hash index is made for, how, and where it lives. */
export interface HashIndexOptions extends VectorShape, HashParameters {
  /**
   * Kernel memory to live in, shared with others or limited.
   * @default one of its own
   */
  readonly memory?: KernelMemory | undefined;
}

const parameterFields = {
  tables: z.int().min(1).max(256).default(32),
  bits: z.int().min(1).max(16).default(12),
  recall: z.number().gt(0).max(1).default(0.95),
  scanBelow: z.int().min(0).default(1000),
  seed: z
    .int()
    .min(-(2 ** 31))
    .max(2 ** 31 - 1)
    .default(1),
};

/** The parameters as a saved index has them. */
export const hashParameters: z.ZodType<HashIndexSettings, HashParameters> = z.strictObject(parameterFields);

export const hashIndexOptions: z.ZodType<VectorShape & HashIndexSettings & { memory?: KernelMemory | undefined }> =
  z.strictObject({
    ...vectorShapeFields,
    ...parameterFields,
    memory: z.instanceof(KernelMemory).optional(),
  });
