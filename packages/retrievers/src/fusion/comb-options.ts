import { z } from 'zod';
import type { Normalization } from './normalization.js';
import { type Weights, weightsOption } from './weights.js';

/** Options of {@link combSum} and {@link combMnz}. */
export interface CombOptions {
  /**
   * How scores are made comparable first: to 0 or more, since a sum below 0 would fall with every source that agrees.
   * @default 'min-max'
   */
  readonly normalization?: CombNormalization;
  /** @default 1 for each source */
  readonly weights?: Weights;
}

/** Those that give no document less than 0. */
export type CombNormalization = Extract<Normalization, 'min-max' | 'theoretical' | 'theoretical-minimum'>;

export const combOptions: z.ZodType<CombOptions & { readonly normalization: CombNormalization }> = z.strictObject({
  normalization: z.enum(['min-max', 'theoretical', 'theoretical-minimum']).default('min-max'),
  weights: weightsOption.exactOptional(),
});
