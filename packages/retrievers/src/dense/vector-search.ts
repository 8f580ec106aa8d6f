import { type Bitmap, parseOptions, type VectorSearchOptions } from '@sluice/core';
import { z } from 'zod';

const schema: z.ZodType<{ topK: number; recall?: number | undefined; filter?: Bitmap | undefined }> = z.strictObject({
  topK: z.int().min(1),
  recall: z.number().gt(0).max(1).optional(),
  filter: z.custom<Bitmap>((value) => isBitmap(value), 'must be a Bitmap').optional(),
});

/**
 * The options of a search, checked.
 *
 * @throws {InvalidOptionsError} `topK`, `recall` or `filter` is not what it must be
 */
export function parseSearch(owner: string, options: VectorSearchOptions): VectorSearchOptions {
  parseOptions(schema, options, owner);
  return options;
}

/** By its members, so that a bitmap of another copy of core passes. */
function isBitmap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'words' in value && value.words instanceof Uint32Array;
}
