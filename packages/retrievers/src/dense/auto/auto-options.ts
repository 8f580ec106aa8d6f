import type { Matrix } from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import type { HnswStorage } from '../hnsw/hnsw-options.js';
import { type VectorShape, vectorShapeFields } from '../vector-shape.js';

/** What an index that chooses for itself is told. */
export interface AutoParameters {
  /**
   * Share of the true nearest that a search finds on average, unless it names another: above 0 to 1. 1 compares all, as
   * they are stored: above about .998 takes `storage: 'float32'`.
   * @default 0.95
   */
  readonly recall?: number | undefined;
  /**
   * Up to so many numbers (vectors x dimensions) all are compared: exact, without a build, and under a millisecond.
   * @default 2,097,152: 5,461 vectors of 384 dimensions
   */
  readonly flatNumbers?: number | undefined;
  /**
   * What the graph of a larger index keeps of a vector. `auto`: `float32` below 96 dimensions, where it is little, and
   * where nine bits a number would cost more than half a hundredth of the recall; `compact` from there on.
   * @default 'auto'
   */
  readonly storage?: HnswStorage | 'auto' | undefined;
  /**
   * Decides the levels of a graph and the sample that it is measured on. An integer.
   * @default 1
   */
  readonly seed?: number | undefined;
}

/** What {@link autoIndex} is made for, and where it lives. */
export interface AutoIndexOptions extends VectorShape, AutoParameters {
  /**
   * Queries as will be asked, for measuring recall; some hundred.
   * @default vectors of the index, each hidden from its own search, every second one moved a little towards another
   */
  readonly sampleQueries?: Matrix | undefined;
  /**
   * Kernel memory to live in, shared with others or limited.
   * @default one of its own
   */
  readonly memory?: KernelMemory | undefined;
}

/** The parameters with their defaults. */
export type AutoSettings = { readonly [Name in keyof AutoParameters]-?: Exclude<AutoParameters[Name], undefined> };

const parameterFields: {
  readonly [Name in keyof AutoParameters]-?: z.ZodType<AutoSettings[Name], AutoParameters[Name]>;
} = {
  recall: z.number().gt(0).max(1).default(0.95),
  flatNumbers: z
    .int()
    .min(0)
    .default(2 ** 21),
  storage: z.enum(['auto', 'compact', 'float32']).default('auto'),
  seed: z
    .int()
    .min(-(2 ** 31))
    .max(2 ** 31 - 1)
    .default(1),
};

/** The parameters as a pipeline file and a saved index have them. */
export const autoParameters: z.ZodType<AutoSettings, AutoParameters> = z.strictObject(parameterFields);

/** What the owner keeps when an index is saved. */
export interface AutoSurroundings {
  readonly sampleQueries?: Matrix | undefined;
  readonly memory?: KernelMemory | undefined;
}

const surroundingFields = {
  sampleQueries: z.custom<Matrix>((value) => isMatrix(value), 'must be a matrix').optional(),
  memory: z.instanceof(KernelMemory).optional(),
};

export const autoSurroundings: z.ZodType<AutoSurroundings> = z.strictObject(surroundingFields);

export const autoIndexOptions: z.ZodType<VectorShape & AutoSettings & AutoSurroundings> = z.strictObject({
  ...vectorShapeFields,
  ...parameterFields,
  ...surroundingFields,
});

function isMatrix(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'data' in value && value.data instanceof Float32Array;
}
