import { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import { type ProposingParameters, type ProposingSettings, proposingFields } from '../proposing-options.js';
import { type VectorShape, vectorShapeFields } from '../vector-shape.js';

/** How a hash index is built and searched, filled in. */
export interface HashIndexSettings extends ProposingSettings {
  readonly tables: number;
  readonly bits: number;
}

/** The same as a caller gives it. */
export interface HashParameters extends ProposingParameters {
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
  ...proposingFields,
};

/** The parameters as a saved index has them. */
export const hashParameters: z.ZodType<HashIndexSettings, HashParameters> = z.strictObject(parameterFields);

export const hashIndexOptions: z.ZodType<VectorShape & HashIndexSettings & { memory?: KernelMemory | undefined }> =
  z.strictObject({
    ...vectorShapeFields,
    ...parameterFields,
    memory: z.instanceof(KernelMemory).optional(),
  });
