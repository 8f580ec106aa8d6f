import { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import { type ProposingParameters, type ProposingSettings, proposingFields } from '../proposing-options.js';
import { type VectorShape, vectorShapeFields } from '../vector-shape.js';

/** How a forest index is built and searched, filled in. */
export interface ForestIndexSettings extends ProposingSettings {
  readonly trees: number;
  readonly leafSize: number;
}

/** The same as a caller gives it. */
export interface ForestParameters extends ProposingParameters {
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
  ...proposingFields,
};

/** The parameters as a saved index has them. */
export const forestParameters: z.ZodType<ForestIndexSettings, ForestParameters> = z.strictObject(parameterFields);

export const forestIndexOptions: z.ZodType<VectorShape & ForestIndexSettings & { memory?: KernelMemory | undefined }> =
  z.strictObject({
    ...vectorShapeFields,
    ...parameterFields,
    memory: z.instanceof(KernelMemory).optional(),
  });
