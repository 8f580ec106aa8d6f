import { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import { type VectorShape, vectorShapeFields } from '../vector-shape.js';
import type { KeptStorage } from './flat-rows.js';

/** What a flat index keeps, and how it is searched. */
export interface FlatParameters {
  /**
   * What is compared with queries. `float32`, `float16` and `int8` are exact over what is kept. `binary`: a bit a
   * number, and the best by these ranked by `kept`; up to 32,768 dimensions.
   * @default 'float32'
   */
  readonly storage?: KeptStorage | 'binary' | undefined;
  /**
   * What is kept beside the bits of `binary`; not used otherwise.
   * @default 'int8'
   */
  readonly kept?: KeptStorage | undefined;
  /**
   * Share of the true nearest that a search of `binary` finds on average, unless it names another: above 0 to 1.
   * @default 0.95
   */
  readonly recall?: number | undefined;
}

/** What an exact index is made for, and where it lives. */
export interface FlatIndexOptions extends VectorShape, FlatParameters {
  /**
   * Kernel memory to live in, shared with others or limited; 4 GiB hold 2.7 million vectors of 384 dimensions.
   * @default one of its own
   */
  readonly memory?: KernelMemory | undefined;
}

/** The parameters with their defaults. */
export type FlatSettings = { readonly [Name in keyof FlatParameters]-?: Exclude<FlatParameters[Name], undefined> };

const kept = z.enum(['float32', 'float16', 'int8']);

const parameterFields: {
  readonly [Name in keyof FlatParameters]-?: z.ZodType<FlatSettings[Name], FlatParameters[Name]>;
} = {
  storage: z.enum([...kept.options, 'binary']).default('float32'),
  kept: kept.default('int8'),
  recall: z.number().gt(0).max(1).default(0.95),
};

/** A saved index has these beside its shape; the oldest has no more than `storage`. */
export const flatParameterFields: typeof parameterFields = parameterFields;

const MOST_BITS = 32_768;

export const flatIndexOptions: z.ZodType<VectorShape & FlatSettings & { memory?: KernelMemory | undefined }> = z
  .strictObject({ ...vectorShapeFields, ...parameterFields, memory: z.instanceof(KernelMemory).optional() })
  .refine(({ storage, dimensions }) => storage !== 'binary' || dimensions <= MOST_BITS, {
    path: ['storage'],
    error: `'binary' takes up to ${MOST_BITS} dimensions`,
  });
