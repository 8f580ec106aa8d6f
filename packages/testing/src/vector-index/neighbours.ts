import type { Bitmap, Matrix, Neighbours, VectorIndex } from '@sluice/core';
import { expect } from 'vitest';
import { exactIndex } from './exact-index.js';
import type { VectorCase } from './vector-cases.js';
import type { VectorIndexSubject } from './vector-index-subject.js';

/** One query's neighbours, best first. */
export interface NeighbourList {
  readonly ordinals: Uint32Array;
  readonly scores: Float32Array;
}

/** The neighbours of query `row`, as views. */
export function neighboursOf({ offsets, ordinals, scores }: Neighbours, row: number): NeighbourList {
  const start = offsets[row] ?? 0;
  const end = offsets[row + 1] ?? 0;
  return { ordinals: ordinals.subarray(start, end), scores: scores.subarray(start, end) };
}

/**
 * The share of `truth`'s neighbours that `found` has too, over all queries: 1 where `truth` is empty.
 *
 * Both are answers to the same queries with the same `topK`.
 */
export function recallOf(found: Neighbours, truth: Neighbours): number {
  let hits = 0;
  for (let row = 0; row + 1 < truth.offsets.length; row++) {
    const have = new Set(neighboursOf(found, row).ordinals);
    for (const ordinal of neighboursOf(truth, row).ordinals) hits += Number(have.has(ordinal));
  }
  return truth.ordinals.length === 0 ? 1 : hits / truth.ordinals.length;
}

/** What an answer is held against. */
export interface Question {
  readonly queries: Matrix;
  readonly topK: number;
  readonly filter?: Bitmap;
  /** Brute force with the same vectors. */
  readonly oracle: VectorIndex;
  readonly tolerance: number;
}

/**
 * Fails unless the answer is sound: well formed, at most `topK` each, no ordinal twice or outside the filter, best
 * first, equal scores by ordinal, and every score the true one. True of exact and approximate indexes alike.
 */
export function expectSound(found: Neighbours, question: Question): void {
  const { queries, topK, filter, oracle, tolerance } = question;
  expectWellFormed(found, queries.rows);
  const truth = oracle.score(queries, found.offsets, found.ordinals);
  for (let row = 0; row < queries.rows; row++) {
    const { ordinals, scores } = neighboursOf(found, row);
    expect(ordinals.length, 'at most topK neighbours').toBeLessThanOrEqual(topK);
    expect(new Set(ordinals).size, 'no ordinal twice').toBe(ordinals.length);
    expect(
      [...ordinals].filter((ordinal) => filter && !filter.has(ordinal)),
      'ordinals outside the filter',
    ).toEqual([]);
    expectOrder({ ordinals, scores });
  }
  for (const [at, score] of found.scores.entries()) expectClose(score, truth[at] ?? Number.NaN, tolerance, 'a score');
}

/** Fails unless the answer is sound and as good as brute force: as many neighbours, and none better left out. */
export function expectNearest(found: Neighbours, question: Question): void {
  expectSound(found, question);
  const { oracle, queries, topK, filter, tolerance } = question;
  const truth = oracle.search(queries, filter ? { topK, filter } : { topK });
  expect([...found.offsets], 'as many neighbours as there are').toEqual([...truth.offsets]);
  for (const [at, score] of found.scores.entries()) {
    expectClose(score, truth.scores[at] ?? Number.NaN, tolerance, `score at position ${at}`);
  }
  // Where scores are exact in float32 there is one right order, ties included.
  if (oracle.similarity !== 'cosine') expect([...found.ordinals]).toEqual([...truth.ordinals]);
}

/** Fails unless `index`, which holds a case's vectors, answers its queries: as brute force, or soundly if approximate. */
export function expectRight(
  { recall, tolerance }: VectorIndexSubject,
  index: VectorIndex,
  { shape, ordinals, vectors, queries }: VectorCase,
  search: { readonly topK: number; readonly filter?: Bitmap },
): void {
  const oracle = exactIndex(shape);
  oracle.add(ordinals, vectors);
  const question = { ...search, queries, oracle, tolerance };
  const found = index.search(queries, search);
  if (recall === undefined) expectNearest(found, question);
  else expectSound(found, question);
}

/** Fails unless both have the same neighbours in the same order, with scores as close as `tolerance`. */
export function expectSameNeighbours(actual: Neighbours, expected: Neighbours, tolerance: number, why: string): void {
  expect([...actual.offsets], why).toEqual([...expected.offsets]);
  expect([...actual.ordinals], why).toEqual([...expected.ordinals]);
  for (const [at, score] of actual.scores.entries()) {
    expectClose(score, expected.scores[at] ?? Number.NaN, tolerance, why);
  }
}

export function expectClose(actual: number, expected: number, tolerance: number, why: string): void {
  const error = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
  if (!(error <= tolerance)) expect.fail(`${why}: ${actual} is not within ${tolerance} of ${expected}`);
}

function expectWellFormed({ offsets, ordinals, scores }: Neighbours, queries: number): void {
  expect(offsets, 'offsets, one more than queries').toHaveLength(queries + 1);
  expect(offsets[0], 'the first offset').toBe(0);
  for (let row = 0; row < queries; row++) {
    expect(offsets[row + 1], 'offsets never fall').toBeGreaterThanOrEqual(offsets[row] ?? 0);
  }
  expect(ordinals.length, 'ordinals end at the last offset').toBe(offsets[queries]);
  expect(scores.length, 'scores end at the last offset').toBe(offsets[queries]);
}

function expectOrder({ ordinals, scores }: NeighbourList): void {
  for (let at = 0; at < scores.length; at++) {
    const score = scores[at] ?? Number.NaN;
    expect(Number.isFinite(score), `score ${score} is finite`).toBe(true);
    if (at === 0) continue;
    const before = scores[at - 1] ?? Number.NaN;
    expect(before, `scores at ${at - 1} and ${at}, best first`).toBeGreaterThanOrEqual(score);
    if (before === score) expect(ordinals[at - 1], 'equal scores, by ordinal').toBeLessThan(ordinals[at] ?? 0);
  }
}
