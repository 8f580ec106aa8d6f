import { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';

/** How the numbers of token vectors are kept: 2 bytes each, or 1 and a scale for each vector. */
export type MultiVectorPrecision = 'float16' | 'int8';

/** What a store of token vectors is. */
export interface MultiVectorShape {
  /** Of the model that makes the vectors. */
  readonly fingerprint: string;
  /** Columns of the vectors: 1 to 65,536. */
  readonly dimensions: number;
  readonly precision: MultiVectorPrecision;
}

/** What a {@link MultiVectorStoreBuilder} is made with. */
export interface MultiVectorStoreOptions extends Omit<MultiVectorShape, 'precision'> {
  /**
   * `float16`: a product of unit vectors moves by at most .0005. `int8`: half of that in bytes, and by less than .004 on
   * average over vectors of 64 numbers; docs/late-interaction.md says more.
   * @default 'float16'
   */
  readonly precision?: MultiVectorPrecision | undefined;
  /**
   * Where the vectors live. One of its own grows in place.
   * @default a new one
   */
  readonly memory?: KernelMemory | undefined;
}

/** The fields of a {@link MultiVectorShape}, as they are read from outside. */
export const multiVectorShapeFields: {
  readonly fingerprint: z.ZodString;
  readonly dimensions: z.ZodInt;
  readonly precision: z.ZodEnum<{ float16: 'float16'; int8: 'int8' }>;
} = {
  fingerprint: z.string().min(1).max(1000),
  dimensions: z.int().min(1).max(65_536),
  precision: z.enum(['float16', 'int8']),
};

export const multiVectorStoreOptions: z.ZodType<
  MultiVectorShape & { readonly memory?: KernelMemory | undefined },
  MultiVectorStoreOptions
> = z.strictObject({
  ...multiVectorShapeFields,
  precision: multiVectorShapeFields.precision.default('float16'),
  memory: z.instanceof(KernelMemory).optional(),
});
