import type { SparseMatrix } from '@sluice/core';
import { KernelMemory, LIST_CLUSTERS } from '@sluice/kernels';
import { z } from 'zod';

/** How lists are cut and clustered. */
export interface ClusterParameters {
  /**
   * A document is in the lists of so many of its terms, the heaviest; at least 1. More reach a higher recall, and cost
   * about 50 bytes each.
   * @default 64
   */
  readonly documentPostings?: number | undefined;
  /**
   * The heaviest of a term's documents that its list keeps; at least 1.
   * @default 4000
   */
  readonly listPostings?: number | undefined;
  /**
   * Documents of a cluster on average; at least 1. A list has at most 256 clusters.
   * @default 6
   */
  readonly clusterDocuments?: number | undefined;
  /**
   * Share of a cluster's weight that its summary keeps, heaviest terms first: above 0 to 1.
   * @default 0.4
   */
  readonly summaryMass?: number | undefined;
  /**
   * The heaviest terms of a query whose lists are read; at least 1. Scores count all terms.
   * @default 12
   */
  readonly queryTerms?: number | undefined;
  /**
   * Decides centroids and the sample that recall is measured on. An integer.
   * @default 1
   */
  readonly seed?: number | undefined;
}

/** What {@link clusterImpacts} is told. */
export interface ClusterOptions extends ClusterParameters {
  /**
   * Queries as will be asked, for measuring recall; some hundred. Not those that are judged later.
   * @default made of documents, each hidden from its own search
   */
  readonly sampleQueries?: SparseMatrix | undefined;
  /**
   * Kernel memory to live in, shared with others or limited.
   * @default one of its own
   */
  readonly memory?: KernelMemory | undefined;
}

/** The parameters with their defaults. */
export type ClusterSettings = { readonly [Name in keyof ClusterParameters]-?: number };

const parameterFields: { readonly [Name in keyof ClusterParameters]-?: z.ZodType<number, number | undefined> } = {
  documentPostings: z.int().min(1).max(65_535).default(64),
  listPostings: z
    .int()
    .min(1)
    .max(2 ** 32 - 1)
    .default(4000),
  clusterDocuments: z.int().min(1).max(65_535).default(6),
  summaryMass: z.number().gt(0).max(1).default(0.4),
  queryTerms: z.int().min(1).default(12),
  seed: z
    .int()
    .min(-(2 ** 31))
    .max(2 ** 31 - 1)
    .default(1),
};

/** The parameters as a saved index has them. */
export const clusterSettings: z.ZodType<ClusterSettings, ClusterParameters> = z.strictObject(parameterFields);

/** What surrounds an index, and is not saved with it. */
export const clusterSurroundings: z.ZodType<Pick<ClusterOptions, 'memory'>> = z.strictObject({
  memory: z.instanceof(KernelMemory).optional(),
});

export const clusterOptions: z.ZodType<
  ClusterSettings & Pick<ClusterOptions, 'sampleQueries' | 'memory'>,
  ClusterOptions
> = z.strictObject({
  ...parameterFields,
  sampleQueries: z.custom<SparseMatrix>((value) => isSparseMatrix(value), 'must be a sparse matrix').optional(),
  memory: z.instanceof(KernelMemory).optional(),
});

/** How many clusters a list of so many documents has. */
export function clustersOf(documents: number, clusterDocuments: number): number {
  return Math.min(LIST_CLUSTERS, Math.ceil(documents / clusterDocuments));
}

function isSparseMatrix(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'offsets' in value && value.offsets instanceof Uint32Array;
}
