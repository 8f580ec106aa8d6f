import { type Bitmap, type DocumentSpace, fusionScale, Ranking, rankByScore, type Scale } from '@sluice/core';

/** The items of one query that the scorer has scored so far. */
export class ExactlyScored {
  readonly #space: DocumentSpace;
  readonly #scores: Map<number, number> = new Map();

  constructor(space: DocumentSpace) {
    this.#space = space;
  }

  get ordinals(): Uint32Array {
    return Uint32Array.from(this.#scores.keys());
  }

  get scores(): Float32Array {
    return Float32Array.from(this.#scores.values());
  }

  add(ordinals: Uint32Array = new Uint32Array(0), scores: Float32Array = new Float32Array(0)): void {
    for (const [at, ordinal] of ordinals.entries()) this.#scores.set(ordinal, scores[at] ?? 0);
  }

  /** The `count` items with the largest `approximate` scores that are not scored yet and pass; equal ones by id. */
  best(approximate: Float32Array, count: number, passes?: Bitmap): Uint32Array {
    const open = new Uint32Array(approximate.length);
    const scores = new Float32Array(approximate.length);
    let found = 0;
    for (let ordinal = 0; ordinal < approximate.length; ordinal++) {
      if (this.#scores.has(ordinal) || !(passes?.has(ordinal) ?? true)) continue;
      open[found] = ordinal;
      scores[found++] = approximate[ordinal] ?? 0;
    }
    return rankByScore(
      { space: this.#space, ordinals: open.subarray(0, found), scores: scores.subarray(0, found), scale: fusionScale },
      Math.max(0, count),
    ).ordinals;
  }

  /** What was scored and passes, best first. */
  ranking(name: string, scale: Scale, topK: number, passes?: Bitmap): Ranking {
    const space = this.#space;
    const kept = [...this.#scores].filter(([ordinal]) => passes?.has(ordinal) ?? true);
    const ordinals = Uint32Array.from(kept, ([ordinal]) => ordinal);
    const scores = Float32Array.from(kept, ([, score]) => score);
    const ranked =
      ordinals.length === 0 ? Ranking.empty(space, scale) : rankByScore({ space, ordinals, scores, scale });
    return ranked.withSource(name, ranked.asColumn()).take(topK);
  }
}
