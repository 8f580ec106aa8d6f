import { heaviestTerms, parseOptions, type SparseMatrix, type SparseVector, sparseRowOf } from '@sluice/core';
import { z } from 'zod';

/**
 * Which terms of a sparse vector stay. What is left out prunes nothing; several prune together. Of a vector that has
 * terms, the heaviest always stays.
 */
export interface TermPruning {
  /**
   * The heaviest terms stay; at least 1. Among equal weights, those with the smaller numbers.
   * @default all
   */
  readonly terms?: number | undefined;
  /**
   * Terms lighter than this are dropped. A weight, at least 0.
   * @default 0
   */
  readonly lightest?: number | undefined;
  /**
   * Terms lighter than this share of the heaviest are dropped. 0 to 1.
   * @default 0
   */
  readonly shareOfHeaviest?: number | undefined;
  /**
   * The fewest of the heaviest terms that together have this share of the sum of the weights. Above 0 to 1.
   * @default 1
   */
  readonly mass?: number | undefined;
}

interface ParsedPruning {
  readonly terms?: number | undefined;
  readonly lightest: number;
  readonly shareOfHeaviest: number;
  readonly mass: number;
}

export const termPruning: z.ZodType<ParsedPruning, TermPruning> = z
  .strictObject({
    terms: z.int().min(1).optional(),
    lightest: z.number().min(0).default(0),
    shareOfHeaviest: z.number().min(0).max(1).default(0),
    mass: z.number().gt(0).max(1).default(1),
  })
  .meta({ title: 'pruning' });

/**
 * The terms of one vector that stay. Weights are not changed; a vector that loses nothing is not copied.
 *
 * Source: Lassance et al., "A Static Pruning Study on Sparse Neural Retrievers" (arXiv 2304.12702): the heaviest terms,
 * and a threshold; the share of the sum: Bruch et al., "Seismic" (arXiv 2404.18812), the alpha-mass subvector.
 *
 * @throws {InvalidOptionsError} a bound is out of range
 */
export function pruneTerms(vector: SparseVector, pruning: TermPruning): SparseVector {
  return pruned(vector, parseOptions(termPruning, pruning, 'pruneTerms'));
}

/**
 * The terms of every row that stay: a copy. Documents are pruned before they are added to an index.
 *
 * @throws {InvalidOptionsError} a bound is out of range
 * @example builder.add(ordinals, pruneRows(await embedder.encodeDocuments(texts), { mass: 0.9 }));
 */
export function pruneRows(matrix: SparseMatrix, pruning: TermPruning): SparseMatrix {
  const parsed = parseOptions(termPruning, pruning, 'pruneRows');
  const rows = Array.from({ length: matrix.rows }, (_, row) => pruned(sparseRowOf(matrix, row), parsed));
  const offsets = new Uint32Array(matrix.rows + 1);
  for (const [row, { indices }] of rows.entries()) offsets[row + 1] = (offsets[row] ?? 0) + indices.length;
  const entries = offsets[matrix.rows] ?? 0;
  const indices = new Uint32Array(entries);
  const values = new Float32Array(entries);
  for (const [row, own] of rows.entries()) {
    indices.set(own.indices, offsets[row]);
    values.set(own.values, offsets[row]);
  }
  return { rows: matrix.rows, columns: matrix.columns, offsets, indices, values };
}

function pruned(vector: SparseVector, pruning: ParsedPruning): SparseVector {
  return heaviestTerms(vector, countOf(vector.values.toSorted().reverse(), pruning));
}

/** How many of the terms stay. @param falling their weights, heaviest first */
function countOf(falling: Float32Array, pruning: ParsedPruning): number {
  const { terms = falling.length, lightest, shareOfHeaviest, mass } = pruning;
  // Weights are float32, and 0.7 is larger than float32(0.7): unrounded, the boundary would be dropped.
  const floor = Math.fround(Math.max(lightest, shareOfHeaviest * (falling[0] ?? 0)));
  const wanted = mass * falling.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  let count = 0;
  for (const weight of falling) {
    const enough = count >= terms || weight < floor || (mass < 1 && sum >= wanted);
    if (count > 0 && enough) break;
    sum += weight;
    count++;
  }
  return count;
}
