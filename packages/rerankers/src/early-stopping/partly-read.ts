import { BrokenContractError, type Candidates, type Ranking, type Reranker, rankByScore } from '@sluice/core';
import { nextBelow } from '@sluice/evaluation';
import { FoundColumns } from './found-columns.js';
import { ScoreForecast } from './score-forecast.js';

/** How a list is read. */
export interface ReadingRule {
  /** Candidates between two looks. */
  readonly block: number;
  /** Probability with which the first `topK` are to be right. */
  readonly confidence: number;
}

/** One query's candidates, reranked down to some position. */
export class PartlyRead {
  readonly #candidates: Candidates;
  readonly #topK: number;
  readonly #rule: ReadingRule;
  readonly #forecast: ScoreForecast = new ScoreForecast();
  readonly #scores: Float32Array;
  readonly #columns: FoundColumns;
  #read = 0;
  #asked = 0;

  /** @param topK how many will be looked at; Infinity for all */
  constructor(candidates: Candidates, topK: number, rule: ReadingRule) {
    this.#candidates = candidates;
    this.#topK = topK;
    this.#rule = rule;
    this.#scores = new Float32Array(candidates.ranking.length).fill(Number.NaN);
    this.#columns = new FoundColumns(candidates.ranking);
  }

  /** How many have a new score. */
  get read(): number {
    return this.#read;
  }

  /** The candidates to rerank now. */
  next(): Candidates {
    const { ranking } = this.#candidates;
    this.#asked = Math.min(ranking.length, this.#read + this.#rule.block);
    return { ...this.#candidates, ranking: ranking.pick(span(this.#read, this.#asked)) };
  }

  /**
   * Takes the new scores of what `next` gave, which come in another order.
   *
   * @throws {BrokenContractError} one is missing
   */
  add(answer: Ranking | undefined, name: string): void {
    const { ordinals, scores } = this.#candidates.ranking;
    const places = new Map(Array.from(answer?.ordinals ?? [], (ordinal, place) => [ordinal, place] as const));
    for (let at = this.#read; at < this.#asked; at++) {
      const place = places.get(ordinals[at] ?? 0);
      const score = place === undefined ? undefined : answer?.scores[place];
      if (!answer || place === undefined || score === undefined) {
        throw new BrokenContractError({ component: name, problem: 'lost a candidate' });
      }
      this.#scores[at] = score;
      this.#forecast.add(scores[at] ?? 0, score);
      this.#columns.take(at, answer, place);
    }
    this.#read = this.#asked;
  }

  /** Whether one of the candidates that are left may still reach the first `topK`. */
  goesOn(): boolean {
    const { scores } = this.#candidates.ranking;
    if (this.#read === scores.length) return false;
    if (this.#read < this.#topK) return true;
    const bar = this.#scores.slice(0, this.#read).sort().at(-this.#topK) ?? Number.NEGATIVE_INFINITY;
    return this.#forecast.expectedAbove(bar, scores.subarray(this.#read)) > 1 - this.#rule.confidence;
  }

  /** All candidates: by new scores as far as they were read, below them in the order in which they came. */
  answer({ name, scale }: Reranker, topK: number | undefined): Ranking {
    const { space, ordinals, sources } = this.#candidates.ranking;
    const own = { scale, scores: this.#scores, ranks: new Uint32Array(this.#scores.length) };
    const columns = { ...sources, ...this.#columns.columns(), [name]: own };
    const ordered = rankByScore(
      { space, ordinals, scores: this.#finalScores(scale.minimum), scale, sources: columns },
      topK,
    );
    const found = ordered.sources[name] ?? own;
    const ranks = Uint32Array.from(found.scores, (score, at) => (Number.isNaN(score) ? 0 : at + 1));
    return ordered.withSource(name, { ...found, ranks });
  }

  #finalScores(minimum: number): Float32Array {
    const scores = this.#scores.slice();
    let least = scores.subarray(0, this.#read).reduce((low, score) => Math.min(low, score), Number.POSITIVE_INFINITY);
    for (let at = this.#read; at < scores.length; at++) {
      least = nextBelow(least);
      scores[at] = least;
    }
    // Where the scale ends above that, from its end upwards: equal scores would be put in the order of ids.
    let floor = minimum;
    for (let at = scores.length - 1; at >= this.#read && (scores[at] ?? 0) < floor; at--) {
      scores[at] = floor;
      floor = -nextBelow(-floor);
    }
    for (let at = 0; at < this.#read && this.#read < scores.length; at++) scores[at] = Math.max(floor, scores[at] ?? 0);
    return scores;
  }
}

function span(from: number, to: number): Uint32Array {
  return Uint32Array.from({ length: to - from }, (_, at) => from + at);
}
