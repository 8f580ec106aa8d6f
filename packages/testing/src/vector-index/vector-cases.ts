import { type Matrix, matrix } from '@sluice/core';
import fc from 'fast-check';
import { seededNormal } from '../kit/seeded-normal.js';
import type { VectorIndexShape } from './exact-index.js';
import type { VectorIndexSubject } from './vector-index-subject.js';

/** Vectors to add, with the ordinals that they get. */
export interface Entries {
  readonly ordinals: Uint32Array;
  readonly vectors: Matrix;
}

/** One random situation: a shape, what to add, and what to ask. */
export interface VectorCase extends Entries {
  readonly shape: VectorIndexShape;
  readonly queries: Matrix;
}

/** Ordinals of random cases are below it. */
export const ORDINALS = 300;

/**
 * Random cases of small whole numbers: inner products and squared distances are exact in float32, whatever the order
 * of summation, and equal scores are common.
 */
export function vectorCases(subject: VectorIndexSubject): fc.Arbitrary<VectorCase> {
  return shapes(subject).chain((shape) =>
    fc.record({ entries: entriesOf(shape), queries: matrices(shape, 1, 4) }).map(({ entries, queries }) => ({
      shape,
      ...entries,
      queries,
    })),
  );
}

export function shapes({ similarities, dimensions }: VectorIndexSubject): fc.Arbitrary<VectorIndexShape> {
  return fc.record({ similarity: fc.constantFrom(...similarities), dimensions: fc.constantFrom(...dimensions) });
}

/** 0 to 40 vectors under ordinals that are neither dense nor in order. */
export function entriesOf(shape: VectorIndexShape): fc.Arbitrary<Entries> {
  return fc
    .uniqueArray(fc.tuple(fc.nat(ORDINALS - 1), rows(shape)), { maxLength: 40, selector: ([ordinal]) => ordinal })
    .map((pairs) => ({
      ordinals: Uint32Array.from(pairs, ([ordinal]) => ordinal),
      vectors: matrixOf(
        pairs.map(([, row]) => row),
        shape.dimensions,
      ),
    }));
}

export function matrices(shape: VectorIndexShape, minLength: number, maxLength: number): fc.Arbitrary<Matrix> {
  return fc.array(rows(shape), { minLength, maxLength }).map((list) => matrixOf(list, shape.dimensions));
}

export function matrixOf(list: readonly (readonly number[])[], columns: number): Matrix {
  return list.length === 0
    ? { data: new Float32Array(0), rows: 0, columns }
    : matrix(Float32Array.from(list.flat()), columns);
}

/** `rows` normally distributed vectors around `rows / 50` centres: nearest neighbours that mean something. */
export function clusteredVectors(rows: number, columns: number, seed: number): Matrix {
  const normal = seededNormal(seed);
  const centres = Array.from({ length: Math.max(1, Math.floor(rows / 50)) }, () =>
    Array.from({ length: columns }, () => normal()),
  );
  const list = Array.from({ length: rows }, (_, row) =>
    (centres[row % centres.length] ?? []).map((value) => value + 0.5 * normal()),
  );
  return matrixOf(list, columns);
}

/** A filter, a cut-off, and whether there is a filter at all. */
export interface SearchCase {
  readonly topK: number;
  readonly allowed: readonly number[] | undefined;
}

export const searchCases: fc.Arbitrary<SearchCase> = fc.record({
  topK: fc.integer({ min: 1, max: 60 }),
  allowed: fc.option(fc.uniqueArray(fc.nat(ORDINALS - 1), { maxLength: ORDINALS }), { nil: undefined }),
});

/** What no row may hold: not finite, or all zero (under cosine). */
export const badNumbers: fc.Arbitrary<number> = fc.constantFrom(Number.NaN, Infinity, -Infinity, 0);

/** A copy in which `bad` stands in a row: as its last number, or, where it is 0, as all of them. */
export function spoilt({ data, rows: count, columns }: Matrix, row: number, bad: number): Matrix {
  const copy = data.slice();
  copy.fill(bad, bad === 0 ? row * columns : (row + 1) * columns - 1, (row + 1) * columns);
  return { data: copy, rows: count, columns };
}

function rows({ dimensions, similarity }: VectorIndexShape): fc.Arbitrary<number[]> {
  const row = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: dimensions, maxLength: dimensions });
  return similarity === 'cosine'
    ? row.map((values) => (values.some((v) => v !== 0) ? values : [1, ...values.slice(1)]))
    : row;
}
