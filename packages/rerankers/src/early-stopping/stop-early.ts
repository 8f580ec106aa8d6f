import {
  BrokenContractError,
  type Candidates,
  parseOptions,
  type Ranking,
  type Reranker,
  rankByScore,
} from '@sluice/core';
import { z } from 'zod';
import { ScoreForecast } from './score-forecast.js';

/** Options of {@link stopEarly}. */
export interface StopEarlyOptions {
  /**
   * Probability with which the first `topK` are to be those of a full run. Above 0, below 1.
   * @default 0.95
   */
  readonly confidence?: number | undefined;
  /**
   * Time for the lists of one call together, after which no further block is begun; the first always is.
   * @default none
   */
  readonly budgetMs?: number | undefined;
  /**
   * Candidates of a query that are reranked between two looks. 1 to 10,000.
   * @default 8
   */
  readonly block?: number | undefined;
  /**
   * The clock, in milliseconds.
   * @default performance.now
   */
  readonly now?: (() => number) | undefined;
}

interface Settings {
  readonly confidence: number;
  readonly budgetMs: number;
  readonly block: number;
  readonly now: () => number;
}

const schema: z.ZodType<Settings, StopEarlyOptions> = z.strictObject({
  confidence: z.number().gt(0).lt(1).default(0.95),
  budgetMs: z.number().nonnegative().default(Number.POSITIVE_INFINITY),
  block: z.int().min(1).max(10_000).default(8),
  now: z.custom<() => number>((value) => typeof value === 'function').default(() => () => performance.now()),
});

/**
 * The same reranker, which stops where the candidates that are left will hardly reach the first `topK`.
 *
 * Reranks from the top, a block at a time, and foresees the scores of the rest by a line through the pairs of former and
 * new score seen so far. Candidates that were not reranked are left out of the answer, so `topK` results are promised and
 * no more; without `topK` everything is reranked. Blocks of all queries go to the reranker together.
 *
 * The confidence holds where new scores lie around a line through the former ones; a list in an order that says nothing
 * has a wide spread, and is read to its end.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @example pipeline(hybrid, rerank(stopEarly(crossEncoder), { depth: 100, topK: 10 }))
 */
export function stopEarly(reranker: Reranker, options: StopEarlyOptions = {}): Reranker {
  const settings = parseOptions(schema, options, 'stopEarly');
  const { name, scale, requires } = reranker;
  return {
    ...{ name, scale, requires },
    async rerank(candidates, { topK, ...call } = {}) {
      if (topK === undefined) return reranker.rerank(candidates, call);
      call.signal?.throwIfAborted();
      const end = settings.now() + settings.budgetMs;
      const lists = candidates.map((each) => new PartlyRead(each, topK, settings));
      for (let open = lists; open.length > 0; open = settings.now() < end ? open.filter((list) => list.goesOn()) : []) {
        const answers = await reranker.rerank(
          open.map((list) => list.next()),
          call,
        );
        for (const [at, list] of open.entries()) list.add(answers[at], name);
      }
      return lists.map((list) => list.best(reranker));
    },
  };
}

/** One query's candidates, reranked down to some position. */
class PartlyRead {
  readonly #candidates: Candidates;
  readonly #topK: number;
  readonly #settings: Settings;
  readonly #forecast: ScoreForecast = new ScoreForecast();
  readonly #scores: Float32Array;
  #read = 0;
  #asked = 0;

  constructor(candidates: Candidates, topK: number, settings: Settings) {
    this.#candidates = candidates;
    this.#topK = topK;
    this.#settings = settings;
    this.#scores = new Float32Array(candidates.ranking.length);
  }

  /** The candidates to rerank now. The first block has enough for an answer. */
  next(): Candidates {
    const { ranking } = this.#candidates;
    const size = this.#read === 0 ? Math.max(this.#settings.block, this.#topK) : this.#settings.block;
    this.#asked = Math.min(ranking.length, this.#read + size);
    return { ...this.#candidates, ranking: ranking.pick(span(this.#read, this.#asked)) };
  }

  /** Takes the new scores of what `next` gave, which come in another order. */
  add(answer: Ranking | undefined, name: string): void {
    const { ordinals, scores } = this.#candidates.ranking;
    const found = new Map(Array.from(answer?.ordinals ?? [], (ordinal, at) => [ordinal, answer?.scores[at]] as const));
    for (let at = this.#read; at < this.#asked; at++) {
      const score = found.get(ordinals[at] ?? 0);
      if (score === undefined) throw new BrokenContractError({ component: name, problem: 'lost a candidate' });
      this.#scores[at] = score;
      this.#forecast.add(scores[at] ?? 0, score);
    }
    this.#read = this.#asked;
  }

  goesOn(): boolean {
    const { scores } = this.#candidates.ranking;
    if (this.#read === scores.length) return false;
    const bar = this.#scores.slice(0, this.#read).sort().at(-this.#topK) ?? Number.NEGATIVE_INFINITY;
    return this.#forecast.expectedAbove(bar, scores.subarray(this.#read)) > 1 - this.#settings.confidence;
  }

  best({ name, scale }: Reranker): Ranking {
    const { ranking } = this.#candidates;
    const { space, ordinals, sources } = ranking.pick(span(0, this.#read));
    const scores = this.#scores.subarray(0, this.#read);
    const ordered = rankByScore({ space, ordinals, scores, scale, sources }, this.#topK);
    return ordered.withSource(name, ordered.asColumn());
  }
}

function span(from: number, to: number): Uint32Array {
  return Uint32Array.from({ length: to - from }, (_, at) => from + at);
}
