import { type CallOptions, type MultiVectors, matrix, paced, parseOptions } from '@sluice/core';
import { mergeVectorSteps, TokenMark } from '@sluice/inference';
import { z } from 'zod';

/** Options of {@link poolTokenVectors}. */
export interface PoolTokenVectorsOptions {
  /** Vectors that become one, on average: 2 halves an index. 1 to 1,000. */
  readonly factor: number;
  /**
   * Leading vectors of each text that stay as they are.
   * @default 0
   */
  readonly protectedVectors?: number | undefined;
  /**
   * `unit`: all vectors are scaled to length 1 after it, `kept`: none.
   * @default 'unit'
   */
  readonly length?: 'unit' | 'kept' | undefined;
}

const schema: z.ZodType<
  { factor: number; protectedVectors: number; length: 'unit' | 'kept' },
  PoolTokenVectorsOptions
> = z.strictObject({
  factor: z.number().min(1).max(1000),
  protectedVectors: z.int().nonnegative().default(0),
  length: z.enum(['unit', 'kept']).default('unit'),
});

/**
 * Merges similar vectors of each document, after they were encoded: Ward's clustering of cosine distances, each cluster to
 * its mean, until a `factor`-th is left. What `tokenPooling` of an embedder does, for vectors that are there already.
 *
 * On the calling thread, a few milliseconds at a time. Cost: the square of the vectors of a text, 8 bytes for each pair.
 * Source: token pooling, arXiv 2409.14683.
 *
 * @param vectors of unit length
 * @throws {InvalidOptionsError} an option is out of range
 * @throws the signal's `reason`, once it has fired
 * @example const pooled = await poolTokenVectors(await colbert.encodeDocuments(texts), { factor: 2 });
 */
export async function poolTokenVectors(
  { texts, offsets, vectors }: MultiVectors,
  options: PoolTokenVectorsOptions,
  { signal }: Pick<CallOptions, 'signal'> = {},
): Promise<MultiVectors> {
  const { protectedVectors, ...merging } = parseOptions(schema, options, 'poolTokenVectors');
  const marks = new Uint8Array(vectors.rows).fill(TokenMark.mergeable);
  for (const start of offsets.subarray(0, texts)) marks.fill(0, start, start + protectedVectors);
  // Copies are owned here: views would be those of memory that may be shared.
  const encoded = { offsets: offsets.slice(), indices: new Uint32Array(0), values: vectors.data.slice() };
  const merged = await paced(mergeVectorSteps(encoded, marks, merging), signal);
  return { texts, offsets: merged.offsets, vectors: matrix(merged.values, vectors.columns) };
}
