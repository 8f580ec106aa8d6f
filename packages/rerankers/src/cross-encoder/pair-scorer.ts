import { Pace } from '@sluice/core';
import type { LongPairs, PairModel } from '@sluice/inference';
import { meanOfTop } from './chunk-scores.js';
import { type CrossEncoderSettings, longPairs } from './cross-encoder-settings.js';
import { blankPassage, type PassageScore, rowScore, type ScoreRule } from './passage-score.js';

/** A query and the passages to be scored under it. */
export interface QueryPassages {
  readonly query: string;
  readonly passages: readonly string[];
}

/** How a call is stopped and watched. */
export interface ScoreCall {
  readonly signal?: AbortSignal;
  /** @param done passages that have a score so far */
  readonly onProgress: (done: number) => void;
}

/** Scores passages under their queries: each different pair once, blank passages not at all. */
export class PairScorer {
  readonly #model: Pick<PairModel, 'score'>;
  readonly #rule: ScoreRule;
  readonly #long: LongPairs;
  readonly #topChunks: number;

  constructor(model: Pick<PairModel, 'score'>, rule: ScoreRule, settings: CrossEncoderSettings) {
    this.#model = model;
    this.#rule = rule;
    this.#long = longPairs(settings);
    this.#topChunks = settings.longPassages === 'max' ? 1 : settings.topChunks;
  }

  /** One score a passage, in the order of the lists. */
  async score(lists: readonly QueryPassages[], { signal, onProgress }: ScoreCall): Promise<PassageScore[][]> {
    const pairs = new DistinctPairs();
    const numbers = lists.map(({ query, passages }) => passages.map((passage) => pairs.add(query, passage)));
    const asked = numbers.reduce((sum, list) => sum + list.length, 0);
    const scores = await this.#scores(pairs, {
      ...(signal && { signal }),
      // Repeated and blank passages come with the others.
      onProgress: (done) => onProgress(Math.floor((done / pairs.count) * asked)),
    });
    const blank = blankPassage(this.#rule);
    return numbers.map((list) => list.map((number) => scores[number] ?? blank));
  }

  async #scores(pairs: DistinctPairs, { signal, onProgress }: ScoreCall): Promise<PassageScore[]> {
    if (pairs.count === 0) return [];
    const source = {
      unit: 'pairs',
      length: pairs.count,
      first: (at: number) => pairs.query(at),
      second: (at: number) => pairs.passage(at),
      long: this.#long,
    };
    const call = { onProgress: ({ done }: { done: number }) => onProgress(done), ...(signal && { signal }) };
    const { offsets, logits } = await this.#model.score(source, call);
    const pace = new Pace(signal);
    const scores: PassageScore[] = [];
    for (let pair = 0; pair < pairs.count; pair++) {
      const rows: PassageScore[] = [];
      for (let row = offsets[pair] ?? 0; row < (offsets[pair + 1] ?? 0); row++) {
        rows.push(rowScore(this.#rule, logits.data.subarray(row * logits.columns, (row + 1) * logits.columns)));
      }
      scores.push(meanOfTop(rows, this.#topChunks));
      if (pace.due) await pace.rest();
    }
    return scores;
  }
}

/** Pairs of texts, each once, numbered. */
class DistinctPairs {
  readonly #queries: string[] = [];
  readonly #passages: string[] = [];
  readonly #numbers = new Map<string, Map<string, number>>();

  get count(): number {
    return this.#passages.length;
  }

  query(number: number): string {
    return this.#queries[number] ?? '';
  }

  passage(number: number): string {
    return this.#passages[number] ?? '';
  }

  /** The number of a pair; -1 for a blank passage. */
  add(query: string, passage: string): number {
    // A lone surrogate is no character, and tokenizers differ in what they make of it.
    const [first, second] = [query.toWellFormed(), passage.toWellFormed()];
    if (second.trim() === '') return -1;
    const ofQuery = this.#numbers.get(first) ?? new Map<string, number>();
    this.#numbers.set(first, ofQuery);
    const known = ofQuery.get(second);
    if (known !== undefined) return known;
    const number = this.#passages.push(second) - 1;
    this.#queries.push(first);
    ofQuery.set(second, number);
    return number;
  }
}
