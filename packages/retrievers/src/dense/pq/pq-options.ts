import { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import type { Seeding } from '../clustering/first-centroids.js';
import { type VectorShape, vectorShapeFields } from '../vector-shape.js';

/** What is kept of a vector beside its code. */
export type Kept = 'float32' | 'int8' | 'none';

/** How vectors are turned into codes, and codes searched. */
export interface PqParameters {
  /**
   * Bytes of a code: the columns are divided among so many parts, each with a codebook of 256. 1 to the columns that are
   * coded, at most 4,096.
   * @default one for every eight columns
   */
  readonly parts?: number | undefined;
  /**
   * What is kept of each vector beside its code. `float32`: scores are exact. `int8`: within 1%, at a quarter of the
   * memory. `none`: scores are those of the codes, and vectors cannot be had back.
   * @default 'float32'
   */
  readonly kept?: Kept | undefined;
  /**
   * So many of the best by their codes, and at least twice `topK`, are ranked by what was kept. Unused with `none`, and
   * where `recall` is asked for and decides.
   * @default 100
   */
  readonly shortlist?: number | undefined;
  /**
   * Up to so many vectors are kept whole and all compared. Beyond it, codebooks are trained once.
   * @default 1000
   */
  readonly trainAbove?: number | undefined;
  /**
   * Vectors that are looked at in training, 1 to 1,048,576.
   * @default 8192
   */
  readonly trainingVectors?: number | undefined;
  /**
   * Rounds of k-means, at most; 1 to 1,000.
   * @default 10
   */
  readonly iterations?: number | undefined;
  /** @default 'sample' */
  readonly seeding?: Seeding | undefined;
  /**
   * Decides which vectors are trained on, and where k-means begins. An integer.
   * @default 1
   */
  readonly seed?: number | undefined;
}

/** How a rotation is learnt before vectors are divided into parts. */
export interface OpqParameters extends PqParameters {
  /**
   * `procrustes`: in each round the best rotation for its codes. `givens`: plane rotations towards it, cheaper for wide
   * vectors.
   * @default 'procrustes'
   */
  readonly rotation?: 'procrustes' | 'givens' | undefined;
  /**
   * Rounds of codes and rotation, 1 to 1,000.
   * @default 8
   */
  readonly rotationRounds?: number | undefined;
}

interface Place {
  /**
   * Kernel memory to live in, shared with others or limited.
   * @default one of its own
   */
  readonly memory?: KernelMemory | undefined;
}

/** What an index over codes is made for, and where it lives. */
export interface PqIndexOptions extends VectorShape, PqParameters, Place {}

/** What an index over rotated codes is made for, and where it lives. */
export interface OpqIndexOptions extends VectorShape, OpqParameters, Place {}

/** As {@link OpqIndexOptions}, for slices. */
export interface AdannsOpqOptions extends OpqIndexOptions {
  /** Leading columns that are coded, of unit length under cosine; 1 to all. */
  readonly codedWidth: number;
}

/** The parameters with their defaults. */
export interface PqSettings {
  readonly parts: number;
  readonly kept: Kept;
  readonly shortlist: number;
  readonly trainAbove: number;
  readonly trainingVectors: number;
  readonly iterations: number;
  readonly seeding: Seeding;
  readonly seed: number;
  readonly rotation: 'none' | 'procrustes' | 'givens';
  readonly rotationRounds: number;
  readonly codedWidth: number;
}

const COLUMNS_PER_PART = 8;
const MAX_PARTS = 4096;

const parameterFields = {
  parts: z.int().min(1).max(MAX_PARTS).optional(),
  kept: z.enum(['float32', 'int8', 'none']).default('float32'),
  shortlist: z.int().min(1).default(100),
  trainAbove: z.int().min(0).default(1000),
  trainingVectors: z
    .int()
    .min(1)
    .max(2 ** 20)
    .default(8192),
  iterations: z.int().min(1).max(1000).default(10),
  seeding: z.enum(['sample', 'plus-plus']).default('sample'),
  seed: z
    .int()
    .min(-(2 ** 31))
    .max(2 ** 31 - 1)
    .default(1),
};

const rotationFields = {
  rotation: z.enum(['procrustes', 'givens']).default('procrustes'),
  rotationRounds: z.int().min(1).max(1000).default(8),
};

type Parsed = VectorShape & PqSettings & Place;

const withoutRotation = { rotation: 'none', rotationRounds: 1 } as const;
const place = { memory: z.instanceof(KernelMemory).optional() };

export const pqIndexOptions: z.ZodType<Parsed> = z
  .strictObject({ ...vectorShapeFields, ...parameterFields, ...place })
  .transform((given) => ({ ...given, ...withoutRotation, codedWidth: given.dimensions }))
  .superRefine(checkParts)
  .transform(withParts);

export const opqIndexOptions: z.ZodType<Parsed> = z
  .strictObject({ ...vectorShapeFields, ...parameterFields, ...rotationFields, ...place })
  .transform((given) => ({ ...given, codedWidth: given.dimensions }))
  .superRefine(checkParts)
  .transform(withParts);

export const adannsOpqOptions: z.ZodType<Parsed> = z
  .strictObject({
    ...vectorShapeFields,
    ...parameterFields,
    ...rotationFields,
    ...place,
    codedWidth: z.int().min(1).max(65_536),
  })
  .superRefine(checkParts)
  .transform(withParts);

/** The settings as a saved index has them. */
export const pqSettings: z.ZodType<PqSettings> = z.strictObject({
  parts: z.int().min(1).max(MAX_PARTS),
  kept: z.enum(['float32', 'int8', 'none']),
  shortlist: z.int().min(1),
  trainAbove: z.int().min(0),
  trainingVectors: z
    .int()
    .min(1)
    .max(2 ** 20),
  iterations: z.int().min(1).max(1000),
  seeding: z.enum(['sample', 'plus-plus']),
  seed: z
    .int()
    .min(-(2 ** 31))
    .max(2 ** 31 - 1),
  rotation: z.enum(['none', 'procrustes', 'givens']),
  rotationRounds: z.int().min(1).max(1000),
  codedWidth: z.int().min(1).max(65_536),
});

interface Divided {
  readonly dimensions: number;
  readonly codedWidth: number;
  readonly parts?: number | undefined;
}

/** What is wrong with a width and its parts, if anything, and which of the two it is. */
export function divisionProblem({
  dimensions,
  codedWidth,
  parts,
}: Divided): { path: string; message: string } | undefined {
  if (codedWidth > dimensions) return { path: 'codedWidth', message: `must be at most ${dimensions}, the dimensions` };
  if (parts === undefined || parts <= codedWidth) return undefined;
  return { path: 'parts', message: `must be at most ${codedWidth}, the columns that are coded` };
}

function checkParts(given: Divided, context: z.RefinementCtx): void {
  const problem = divisionProblem(given);
  if (problem) context.addIssue({ code: 'custom', path: [problem.path], message: problem.message });
}

function withParts<Given extends Divided>(given: Given): Given & { parts: number } {
  const parts = given.parts ?? Math.min(MAX_PARTS, Math.ceil(given.codedWidth / COLUMNS_PER_PART));
  return { ...given, parts };
}
