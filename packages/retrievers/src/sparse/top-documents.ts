import type { DocumentSpace } from '@sluice/core';

/** The least float32 above 0. */
const LEAST = 2 ** -149;

/** The best documents of one query, best first: two aligned columns. */
export interface ScoredOrdinals {
  readonly ordinals: Uint32Array;
  readonly scores: Float32Array;
}

/**
 * Keeps the best documents of those it is offered: a heap of two columns with the worst kept on top.
 *
 * Better is the larger float32 score; among equal scores, the smaller id. A score of 0 means not found: it is below the
 * threshold from the start.
 */
export class TopDocuments {
  readonly #space: DocumentSpace;
  readonly #capacity: number;
  // Heap order: a parent is worse than its children.
  readonly #scores: Float32Array;
  readonly #ordinals: Uint32Array;
  #size = 0;
  /** A score below it is not kept: the worst score kept once there are `capacity` of them, before that any above 0. */
  threshold: number = LEAST;

  /** @param capacity documents kept at most, at least 1 */
  constructor(space: DocumentSpace, capacity: number) {
    this.#space = space;
    this.#capacity = capacity;
    this.#scores = new Float32Array(capacity);
    this.#ordinals = new Uint32Array(capacity);
  }

  /** @param score a float32 that is at least {@link threshold} */
  offer(ordinal: number, score: number): void {
    if (this.#size < this.#capacity) this.#rise(this.#size++, ordinal, score);
    else if (this.#isWorse(0, ordinal, score)) this.#sink(ordinal, score);
    else return;
    if (this.#size === this.#capacity) this.threshold = this.#scores[0] ?? this.threshold;
  }

  /** The documents kept. Empties the heap. */
  drain(): ScoredOrdinals {
    const ordinals = new Uint32Array(this.#size);
    const scores = new Float32Array(this.#size);
    while (this.#size > 0) {
      const last = --this.#size;
      ordinals[last] = this.#ordinals[0] ?? 0;
      scores[last] = this.#scores[0] ?? 0;
      this.#sink(this.#ordinals[last] ?? 0, this.#scores[last] ?? 0);
    }
    this.threshold = LEAST;
    return { ordinals, scores };
  }

  /** Whether what stands at `place` is worse than the given document. */
  #isWorse(place: number, ordinal: number, score: number): boolean {
    const kept = this.#scores[place] ?? 0;
    if (kept !== score) return kept < score;
    return this.#space.compare(this.#ordinals[place] ?? 0, ordinal) > 0;
  }

  #rise(from: number, ordinal: number, score: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      if (this.#isWorse(parent, ordinal, score)) break;
      this.#move(parent, place);
      place = parent;
    }
    this.#put(place, ordinal, score);
  }

  #sink(ordinal: number, score: number): void {
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#size) break;
      const other = child + 1;
      if (other < this.#size && this.#isWorse(other, this.#ordinals[child] ?? 0, this.#scores[child] ?? 0))
        child = other;
      if (!this.#isWorse(child, ordinal, score)) break;
      this.#move(child, place);
      place = child;
    }
    this.#put(place, ordinal, score);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#ordinals[from] ?? 0, this.#scores[from] ?? 0);
  }

  #put(place: number, ordinal: number, score: number): void {
    this.#ordinals[place] = ordinal;
    this.#scores[place] = score;
  }
}
