import {
  type CallOptions,
  type Candidates,
  parseOptions,
  type Ranking,
  type Reranker,
  rankByScore,
  type Scale,
} from '@sluice/core';
import pLimit from 'p-limit';
import { z } from 'zod';
import { candidateTexts } from '../candidate-texts.js';
import { firstCharacters } from '../first-characters.js';
import { type ListwisePrompt, listwisePrompt } from './listwise-prompt.js';
import { parseOrder } from './parse-order.js';

/** Asks a language model; returns what it wrote. */
export type Generate = (prompt: ListwisePrompt, options: Pick<CallOptions, 'signal'>) => Promise<string>;

/** Options of {@link listwiseReranker}. */
export interface ListwiseOptions {
  /**
   * Name of its score column.
   * @default 'listwise'
   */
  readonly name?: string | undefined;
  /**
   * Passages that the model sees at once, 2 to 100.
   * @default 20
   */
  readonly window?: number | undefined;
  /**
   * By how many passages windows are apart, 1 to `window`: the others are compared again.
   * @default 10
   */
  readonly step?: number | undefined;
  /**
   * Characters of a passage that the model sees.
   * @default 1200
   */
  readonly maxCharacters?: number | undefined;
  /**
   * Queries that are worked on at once. 1 to 1,000.
   * @default 4
   */
  readonly concurrency?: number | undefined;
}

type Settings = { readonly [Name in keyof ListwiseOptions]-?: Exclude<ListwiseOptions[Name], undefined> };

const MOST_IN_WINDOW = 100;

const schema: z.ZodType<Settings, ListwiseOptions> = z
  .strictObject({
    name: z.string().min(1).default('listwise'),
    window: z.int().min(2).max(MOST_IN_WINDOW).default(20),
    step: z.int().min(1).max(MOST_IN_WINDOW).default(10),
    maxCharacters: z.int().min(1).default(1200),
    concurrency: z.int().min(1).max(1000).default(4),
  })
  .refine(({ step, window }) => step <= window, { path: ['step'], error: 'a step is at most the window' });

/** One over the rank: the model gives an order and no scores. */
const rankScale: Scale = { name: 'rank', minimum: 0, maximum: 1 };

/**
 * Reranks with a language model that is shown several passages at once and answers with their order.
 *
 * Windows go from the end of the list to its top, so that a good passage rises through all of them: `1 + (n - window) /
 * step` calls a query, one after the other. No candidate is ever lost, whatever the model answers; scores are one over
 * the rank. What `generate` throws is thrown.
 *
 * Source: arXiv 2304.09542 (permutation generation with sliding windows).
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @example
 * const reranker = listwiseReranker(async ({ system, user }, { signal }) => {
 *   return await myModel.complete([{ role: 'system', content: system }, { role: 'user', content: user }], { signal });
 * });
 */
export function listwiseReranker(generate: Generate, options: ListwiseOptions = {}): Reranker {
  const settings = parseOptions(schema, options, 'listwiseReranker');
  const { name, concurrency } = settings;
  return {
    name,
    scale: rankScale,
    requires: [],
    async rerank(candidates, { signal, topK, onProgress } = {}) {
      signal?.throwIfAborted();
      const limit = pLimit(concurrency);
      let done = 0;
      const answers = candidates.map((each) =>
        limit(async () => {
          const order = await orderOf(each, generate, { ...settings, signal });
          onProgress?.({ phase: 'reranking', done: ++done, total: candidates.length, unit: 'queries' });
          return inOrder(each.ranking, order, { name, topK });
        }),
      );
      // All are waited for, so that none goes on unseen after the first failure.
      const settled = await Promise.allSettled(answers);
      signal?.throwIfAborted();
      return settled.map((answer) => {
        if (answer.status === 'rejected') throw answer.reason;
        return answer.value;
      });
    },
  };
}

/** Positions of the ranking, best first. */
async function orderOf(
  { query, ranking }: Candidates,
  generate: Generate,
  { name, window, step, maxCharacters, signal }: Settings & { readonly signal: AbortSignal | undefined },
): Promise<Uint32Array> {
  signal?.throwIfAborted();
  const texts = (await candidateTexts(name, ranking)).map((text) => firstCharacters(text, maxCharacters));
  const order = Uint32Array.from(texts, (_, at) => at);
  for (let start = Math.max(0, order.length - window); order.length > 1; start = Math.max(0, start - step)) {
    signal?.throwIfAborted();
    const seen = order.slice(start, start + window);
    const passages = Array.from(seen, (position) => texts[position] ?? '');
    const answer = await generate(listwisePrompt(query.text, passages), signal ? { signal } : {});
    const better = parseOrder(answer, seen.length);
    order.set(
      better.map((position) => seen[position] ?? 0),
      start,
    );
    if (start === 0) break;
  }
  return order;
}

function inOrder(ranking: Ranking, order: Uint32Array, { name, topK }: { name: string; topK: number | undefined }) {
  const { space, ordinals, sources } = ranking;
  const scores = new Float32Array(order.length);
  for (const [rank, position] of order.entries()) scores[position] = 1 / (rank + 1);
  const ordered = rankByScore({ space, ordinals, scores, scale: rankScale, sources }, topK);
  return ordered.withSource(name, ordered.asColumn());
}
