import { Bitmap, InvalidInputError, type Matrix, type MultiVectors, type VectorIndex, vectorsOf } from '@sluice/core';
import { lengthOf } from '../../dense/clustering/training-points.js';
import { expectDistinct } from '../../dense/expect-distinct.js';
import { neighboursInSteps } from '../../dense/search-steps.js';
import type { MaxSimAnswer } from '../max-sim-index.js';
import { softmaxScore } from './softmax-score.js';

/** What a search takes besides its query. */
export interface PseudoQuerySearch {
  readonly topK: number;
  /** Vectors that the first stage finds for each document that is wanted, at least 1. */
  readonly expand: number;
  /** Of the softmax, above 0. */
  readonly temperature: number;
  readonly filter?: Bitmap | undefined;
  readonly recall?: number | undefined;
}

/** Where the vectors of a document are. */
interface Owned {
  readonly start: number;
  readonly count: number;
}

/**
 * A few vectors of each document in any vector index, compared by dot product or cosine: the first stage finds the
 * nearest vectors, the second scores their documents with all vectors of theirs.
 *
 * The vectors are in the index alone, under ordinals of their own that are never used again.
 */
export class PseudoQueryIndex {
  readonly index: VectorIndex;
  readonly #owners: number[] = [];
  readonly #owned = new Map<number, Owned>();
  #largestLength = 0;

  /**
   * @param index empty
   * @throws {InvalidInputError} it is not, or compares by distance
   */
  constructor(index: VectorIndex) {
    if (index.size > 0) throw refused('the index has vectors', 'Pass an empty one.');
    if (index.similarity === 'euclidean') throw refused('the index compares by distance', 'Use cosine or dot.');
    this.index = index;
  }

  /** Documents that can be found. */
  get size(): number {
    return this.#owned.size;
  }

  /** Ordinals are below it. */
  get span(): number {
    let span = 0;
    for (const ordinal of this.#owned.keys()) span = Math.max(span, ordinal + 1);
    return span;
  }

  has(ordinal: number): boolean {
    return this.#owned.has(ordinal);
  }

  /**
   * Adds documents, one for each text; one that is there gets the new vectors. A text without vectors is not found, as is
   * one whose vectors are all zeros under cosine.
   *
   * @throws {InvalidInputError} as the index does; an ordinal is there twice
   */
  add(ordinals: Uint32Array, vectors: MultiVectors): void {
    expectDistinct(ordinals, vectors.texts);
    this.remove(ordinals);
    for (const [text, ordinal] of ordinals.entries()) {
      const own = this.#directed(vectorsOf(vectors, text));
      if (own.rows === 0) continue;
      const start = this.#owners.length;
      this.index.add(
        Uint32Array.from({ length: own.rows }, (_, at) => start + at),
        own,
      );
      for (let row = 0; row < own.rows; row++) {
        this.#owners.push(ordinal);
        const length = lengthOf(own.data.subarray(row * own.columns, (row + 1) * own.columns));
        this.#largestLength = Math.max(this.#largestLength, length);
      }
      this.#owned.set(ordinal, { start, count: own.rows });
    }
  }

  /** Removes documents; returns how many were there. */
  remove(ordinals: Uint32Array): number {
    let removed = 0;
    for (const ordinal of ordinals) {
      const owned = this.#owned.get(ordinal);
      if (!owned) continue;
      this.index.remove(vectorsIn(owned));
      this.#owned.delete(ordinal);
      removed++;
    }
    return removed;
  }

  /**
   * The best documents with their scores, in no order: more than `topK` where the first stage met more. In the index's own
   * steps.
   */
  *searchInSteps(query: Matrix, search: PseudoQuerySearch): Generator<undefined, MaxSimAnswer> {
    const { topK, expand, filter, recall } = search;
    const passing = filter && this.#vectorsThatPass(filter);
    const most = passing ? passing.count() : this.index.size;
    const owners = new Set<number>();
    for (let depth = topK * expand; owners.size < topK; depth *= 2) {
      const asked = { index: this.index, ...(passing && { filter: passing }), ...(recall && { recall }) };
      const found = yield* neighboursInSteps(query, asked, Math.max(1, Math.min(depth, most)));
      for (const vector of found.ordinals) owners.add(this.#owners[vector] ?? 0);
      if (depth >= most) break;
    }
    const ordinals = Uint32Array.from(owners);
    return { ordinals, scores: this.score(query, ordinals, search.temperature) };
  }

  /** Scores of documents, in their order; one that is not here has the least that any could have. */
  score(query: Matrix, ordinals: Uint32Array, temperature: number): Float32Array {
    const owned = Array.from(ordinals, (ordinal) => this.#owned.get(ordinal));
    const asked = owned.flatMap((each) => (each ? [...vectorsIn(each)] : []));
    const scores = this.index.score(query, Uint32Array.of(0, asked.length), Uint32Array.from(asked));
    let at = 0;
    return Float32Array.from(owned, (each) => {
      if (!each) return this.#leastScore(query);
      at += each.count;
      return softmaxScore(scores.subarray(at - each.count, at), temperature);
    });
  }

  #leastScore(query: Matrix): number {
    return this.index.similarity === 'cosine' ? -1 : -lengthOf(query.data) * this.#largestLength;
  }

  #vectorsThatPass(filter: Bitmap): Bitmap {
    const vectors = [...this.#owned].flatMap(([ordinal, owned]) => (filter.has(ordinal) ? [...vectorsIn(owned)] : []));
    return Bitmap.of(Math.max(1, this.#owners.length), Uint32Array.from(vectors));
  }

  /** Without rows of zeros, where these have no direction. */
  #directed({ data, rows, columns }: Matrix): Matrix {
    if (this.index.similarity !== 'cosine') return { data, rows, columns };
    const kept = Array.from({ length: rows }, (_, row) => data.subarray(row * columns, (row + 1) * columns)).filter(
      (row) => row.some((value) => value !== 0),
    );
    const own = new Float32Array(kept.length * columns);
    for (const [at, row] of kept.entries()) own.set(row, at * columns);
    return { data: own, rows: kept.length, columns };
  }
}

function vectorsIn({ start, count }: Owned): Uint32Array {
  return Uint32Array.from({ length: count }, (_, at) => start + at);
}

function refused(problem: string, advice: string): InvalidInputError {
  return new InvalidInputError({ source: 'PseudoQueryIndex' }, problem, advice);
}
