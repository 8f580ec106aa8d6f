import { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import type { Seeding } from '../clustering/first-centroids.js';
import { type VectorShape, vectorShapeFields } from '../vector-shape.js';

/** How lists are made and searched. */
export interface IvfParameters {
  /**
   * Lists that the vectors are divided among, 1 to 1,048,576; at most as many as there are vectors to train on.
   * `auto`: four times the square root of the number of vectors at training.
   * @default 'auto'
   */
  readonly lists?: number | 'auto' | undefined;
  /**
   * Lists whose vectors a query is compared with, unless `recall` is asked for. All of them: exact.
   * `auto`: one in sixteen.
   * @default 'auto'
   */
  readonly nprobe?: number | 'auto' | undefined;
  /**
   * Up to so many vectors, all are compared: as fast, and exact. Beyond it, lists are trained, and again whenever
   * there are four times as many vectors.
   * @default 1000
   */
  readonly trainAbove?: number | undefined;
  /**
   * Vectors for each list that are looked at when it is trained, 1 to 4,096.
   * @default 64
   */
  readonly trainingVectors?: number | undefined;
  /**
   * Rounds of k-means, at most; 1 to 1,000.
   * @default 10
   */
  readonly iterations?: number | undefined;
  /**
   * How k-means begins. `plus-plus` costs as much as some rounds and gives slightly tighter lists.
   * @default 'sample'
   */
  readonly seeding?: Seeding | undefined;
  /**
   * Decides which vectors are trained on, and where k-means begins. An integer.
   * @default 1
   */
  readonly seed?: number | undefined;
}

/** What slices are compared: leading columns of Matryoshka vectors. Each a multiple of 8, or all dimensions. */
export interface SliceWidths {
  /** Columns by which lists are chosen. */
  readonly clusterWidth: number;
  /** Columns by which the vectors of the lists are compared. */
  readonly scanWidth: number;
}

/** What slices find, and what becomes of it. */
export interface SliceParameters extends Partial<SliceWidths> {
  /**
   * So many of the best by their slices, at least `topK`, are ranked again by their whole vectors. 0: the order and the
   * scores are those of the slices. Of no effect where whole vectors are compared anyway.
   * @default 100
   */
  readonly shortlist?: number | undefined;
}

/** What an index with lists is made for, and where it lives. */
export interface IvfIndexOptions extends VectorShape, IvfParameters {
  /**
   * Kernel memory to live in, shared with others or limited.
   * @default one of its own
   */
  readonly memory?: KernelMemory | undefined;
}

/** The parameters with their defaults. */
export interface IvfSettings extends SliceWidths {
  readonly lists: number | 'auto';
  readonly nprobe: number | 'auto';
  readonly trainAbove: number;
  readonly trainingVectors: number;
  readonly iterations: number;
  readonly seeding: Seeding;
  readonly seed: number;
  readonly shortlist: number;
}

const MAX_LISTS = 2 ** 20;
const autoOrCount = z.union([z.literal('auto'), z.int().min(1).max(MAX_LISTS)]);

/** Fields of every family that clusters. */
export const trainingFields: {
  iterations: z.ZodDefault<z.ZodInt>;
  seeding: z.ZodDefault<z.ZodEnum<{ sample: 'sample'; 'plus-plus': 'plus-plus' }>>;
  seed: z.ZodDefault<z.ZodInt>;
} = {
  iterations: z.int().min(1).max(1000).default(10),
  seeding: z.enum(['sample', 'plus-plus']).default('sample'),
  seed: z
    .int()
    .min(-(2 ** 31))
    .max(2 ** 31 - 1)
    .default(1),
};

const parameterFields = {
  lists: autoOrCount.default('auto'),
  nprobe: autoOrCount.default('auto'),
  trainAbove: z.int().min(0).default(1000),
  trainingVectors: z.int().min(1).max(4096).default(64),
  ...trainingFields,
};

export const ivfIndexOptions: z.ZodType<
  VectorShape & Omit<IvfSettings, keyof SliceWidths | 'shortlist'> & { memory?: KernelMemory | undefined }
> = z.strictObject({ ...vectorShapeFields, ...parameterFields, memory: z.instanceof(KernelMemory).optional() });

const width = z.int().min(1).max(65_536);

export const adannsIvfOptions: z.ZodType<VectorShape & IvfSettings & { memory?: KernelMemory | undefined }> = z
  .strictObject({
    ...vectorShapeFields,
    ...parameterFields,
    clusterWidth: width,
    scanWidth: width,
    shortlist: z.int().min(0).default(100),
    memory: z.instanceof(KernelMemory).optional(),
  })
  .superRefine(({ dimensions, ...widths }, context) => {
    for (const path of ['clusterWidth', 'scanWidth'] as const) {
      const problem = widthProblem(widths[path], dimensions);
      if (problem) context.addIssue({ code: 'custom', path: [path], message: problem });
    }
  });

/** What is wrong with a width of slices, if anything. */
export function widthProblem(width: number, dimensions: number): string | undefined {
  if (width === dimensions || (width >= 1 && width < dimensions && width % 8 === 0)) return undefined;
  return `must be ${dimensions}, or a multiple of 8 below it`;
}

/** The settings as a saved index has them. */
export const ivfSettings: z.ZodType<IvfSettings> = z.strictObject({
  lists: autoOrCount,
  nprobe: autoOrCount,
  trainAbove: z.int().min(0),
  trainingVectors: z.int().min(1).max(4096),
  iterations: z.int().min(1).max(1000),
  seeding: z.enum(['sample', 'plus-plus']),
  seed: z
    .int()
    .min(-(2 ** 31))
    .max(2 ** 31 - 1),
  clusterWidth: width,
  scanWidth: width,
  shortlist: z.int().min(0),
});
