import type { Ranking, Scale, ScoreColumn } from '@sluice/core';

/** The columns that a reranker adds besides its own, collected candidate by candidate. */
export class FoundColumns {
  readonly #given: Ranking;
  readonly #found = new Map<
    string,
    { readonly scale: Scale; readonly scores: Float32Array; readonly ranks: Uint32Array }
  >();

  /** @param given the candidates: their columns are not collected */
  constructor(given: Ranking) {
    this.#given = given;
  }

  /** Takes what the candidate at `place` of an answer has as that of candidate `at`. */
  take(at: number, answer: Ranking, place: number): void {
    for (const [name, { scale, scores }] of Object.entries(answer.sources)) {
      if (Object.hasOwn(this.#given.sources, name)) continue;
      const { length } = this.#given;
      const column = this.#found.get(name) ?? {
        scale,
        scores: new Float32Array(length).fill(Number.NaN),
        ranks: new Uint32Array(length),
      };
      this.#found.set(name, column);
      column.scores[at] = scores[place] ?? Number.NaN;
    }
  }

  /** One number a candidate, NaN where none was taken. */
  columns(): Readonly<Record<string, ScoreColumn>> {
    return Object.fromEntries(this.#found);
  }
}
