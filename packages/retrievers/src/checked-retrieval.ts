import { type Bitmap, parseOptions, type RetrieveOptions } from '@sluice/core';
import { z } from 'zod';
import { type BitmapOf, resolveFilter } from './resolve-filter.js';

/** How many of which documents are asked for. */
export interface CheckedRetrieval {
  /** At least 1. */
  readonly topK: number;
  /** Those that may be found; all when there is none. */
  readonly filter: Bitmap | undefined;
}

const topKOnly: z.ZodType<{ topK: number }> = z.strictObject({ topK: z.int().min(1) });

/**
 * What a call of `retrieve` asks for, as every retriever checks it before it works.
 *
 * @param owner the retriever's name, for errors
 * @throws {InvalidOptionsError} `topK` is no whole number from 1 up; or there is a filter, and nothing that can tell who
 *   passes it
 * @throws the signal's `reason`, once it has fired
 */
export async function checkedRetrieval(
  owner: string,
  { topK, filter, signal }: RetrieveOptions,
  bitmapOf: BitmapOf | undefined,
): Promise<CheckedRetrieval> {
  parseOptions(topKOnly, { topK }, owner);
  const passing = await resolveFilter(owner, filter, bitmapOf);
  signal?.throwIfAborted();
  return { topK, filter: passing };
}
