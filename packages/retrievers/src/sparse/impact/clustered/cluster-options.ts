import type { SparseMatrix } from '@sluice/core';
import { KernelMemory, LIST_CLUSTERS } from '@sluice/kernels';
import { z } from 'zod';

/** How lists are cut and clustered. */
export interface ClusterParameters {
  /**
   * A document is in the lists of so many of its terms, the heaviest; at least 1. More reach a higher recall, and cost
   * about 50 bytes each.
   * @default 128
   */
  readonly documentPostings?: number | undefined;
  /**
   * The heaviest of a term's documents that its list keeps; at least 1. Short lists are quick to search, and who is
   * missing in one is often in that of another term.
   * @default one and a half times the documents that a term has on average, 64 to 4,000
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
   * How many of a query's lists are read, those whose terms can add most to a score; at least 1. Scores count all terms.
   * @default 8
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

const listPostings = z
  .int()
  .min(1)
  .max(2 ** 32 - 1);

const otherFields = {
  documentPostings: z.int().min(1).max(65_535).default(128),
  clusterDocuments: z.int().min(1).max(65_535).default(6),
  summaryMass: z.number().gt(0).max(1).default(0.4),
  queryTerms: z.int().min(1).default(8),
  seed: z
    .int()
    .min(-(2 ** 31))
    .max(2 ** 31 - 1)
    .default(1),
};

/** The parameters as a saved index has them. */
export const clusterSettings: z.ZodType<ClusterSettings, ClusterParameters> = z.strictObject({
  ...otherFields,
  listPostings,
});

/** What surrounds an index, and is not saved with it. */
export const clusterSurroundings: z.ZodType<Pick<ClusterOptions, 'memory'>> = z.strictObject({
  memory: z.instanceof(KernelMemory).optional(),
});

/** The options with the defaults that no index decides. */
export type ParsedClusterOptions = Omit<ClusterSettings, 'listPostings'> &
  Pick<ClusterOptions, 'listPostings' | 'sampleQueries' | 'memory'>;

export const clusterOptions: z.ZodType<ParsedClusterOptions, ClusterOptions> = z.strictObject({
  ...otherFields,
  listPostings: listPostings.optional(),
  sampleQueries: z.custom<SparseMatrix>((value) => isSparseMatrix(value), 'must be a sparse matrix').optional(),
  memory: z.instanceof(KernelMemory).optional(),
});

/** The default of `listPostings` for an index of so many postings, of so many terms that have any. */
export function usualListPostings(postings: number, terms: number): number {
  return Math.min(4000, Math.max(64, Math.ceil((1.5 * postings) / Math.max(1, terms))));
}

/** How many clusters a list of so many documents has. */
export function clustersOf(documents: number, clusterDocuments: number): number {
  return Math.min(LIST_CLUSTERS, Math.ceil(documents / clusterDocuments));
}

function isSparseMatrix(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'offsets' in value && value.offsets instanceof Uint32Array;
}
