import { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import { type VectorShape, vectorShapeFields } from '../vector-shape.js';

/**
 * What is kept of a vector beside its links.
 *
 * - `compact`: nine bits a number. Scores are those of the decoded vectors: a cosine of text embeddings is off by
 *   .0002, and of the ten best by these scores .998 are the ten best.
 * - `float32`: that and the vector itself, 4 bytes a number. Scores are exact.
 */
export type HnswStorage = 'compact' | 'float32';

/** How a graph is built and searched. */
export interface HnswParameters {
  /** @default 'compact' */
  readonly storage?: HnswStorage | undefined;
  /**
   * Links of a node on each level above the ground, where it has twice as many. 4 to 128; more cost memory
   * (8 bytes each a vector) and find more.
   * @default 16
   */
  readonly degree?: number | undefined;
  /**
   * Candidates that are kept while looking for a new node's neighbours, 8 to 4,096. More cost time to build, and find
   * more.
   * @default 200
   */
  readonly buildBeam?: number | undefined;
  /**
   * Candidates that are kept while searching, unless `recall` asks for more: 1 to 65,536.
   * @default 64
   */
  readonly beam?: number | undefined;
  /**
   * Up to so many vectors, and up to so many that pass a filter, are all compared: that is as fast, and exact.
   * @default 1000
   */
  readonly scanBelow?: number | undefined;
  /**
   * Decides the levels of the nodes, and nothing else. An integer.
   * @default 1
   */
  readonly seed?: number | undefined;
}

/** What an approximate index is made for, and where it lives. */
export interface HnswIndexOptions extends VectorShape, HnswParameters {
  /**
   * Kernel memory to live in, shared with others or limited.
   * @default one of its own
   */
  readonly memory?: KernelMemory | undefined;
}

/** The parameters with their defaults. */
export type HnswSettings = { readonly [Name in keyof HnswParameters]-?: Exclude<HnswParameters[Name], undefined> };

const parameterFields: {
  readonly [Name in keyof HnswParameters]-?: z.ZodType<HnswSettings[Name], HnswParameters[Name]>;
} = {
  storage: z.enum(['compact', 'float32']).default('compact'),
  degree: z.int().min(4).max(128).default(16),
  buildBeam: z.int().min(8).max(4096).default(200),
  beam: z.int().min(1).max(65_536).default(64),
  scanBelow: z.int().min(0).default(1000),
  seed: z
    .int()
    .min(-(2 ** 31))
    .max(2 ** 31 - 1)
    .default(1),
};

/** The parameters as a pipeline file and a saved index have them. */
export const hnswParameters: z.ZodType<HnswSettings, HnswParameters> = z.strictObject(parameterFields);

export const hnswIndexOptions: z.ZodType<VectorShape & HnswSettings & { memory?: KernelMemory | undefined }> =
  z.strictObject({
    ...vectorShapeFields,
    ...parameterFields,
    memory: z.instanceof(KernelMemory).optional(),
  });
