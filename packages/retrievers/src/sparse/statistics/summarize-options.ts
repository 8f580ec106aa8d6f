import type { CallOptions } from '@sluice/core';
import { z } from 'zod';

/** How an index is summarized. */
export interface SummarizeOptions extends Pick<CallOptions, 'signal'> {
  /**
   * How many terms are named, the most common or the heaviest; 0 up.
   * @default 10
   */
  readonly topTerms?: number | undefined;
}

export const summarizeOptions: z.ZodType<{ topTerms: number }, Pick<SummarizeOptions, 'topTerms'>> = z.strictObject({
  topTerms: z.int().min(0).default(10),
});
