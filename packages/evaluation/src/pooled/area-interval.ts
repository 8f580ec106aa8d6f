import { InvalidInputError, Pace, paced, parseOptions, seededRandom, sortSteps } from '@sluice/core';
import { z } from 'zod';
import type { BootstrapOptions, Interval } from '../significance/bootstrap-interval.js';

/** Scored pairs of several queries: those of query `q` are `offsets[q]` to `offsets[q + 1] - 1`. */
export interface PooledLists {
  /** Larger is better, in any order. */
  readonly scores: ArrayLike<number>;
  /** 1 for a relevant pair, else 0. */
  readonly labels: Uint8Array;
  /** One more than there are queries; starts with 0. */
  readonly offsets: Uint32Array;
}

const schema = z.strictObject({
  level: z.number().gt(0).lt(1).default(0.95),
  rounds: z.int().min(100).default(500),
  seed: z.int().default(1),
  signal: z.instanceof(AbortSignal).optional(),
});

/**
 * A percentile bootstrap interval for the pooled PR AUC: whole queries are drawn, since the pairs of one belong together.
 *
 * Cost: a pass over the pairs a round. See `pooledPrecisionRecallArea`.
 *
 * @throws {InvalidInputError} there are fewer than two queries, or a score is NaN
 * @throws {InvalidOptionsError} an option is out of range
 */
export async function pooledAreaInterval(
  lists: PooledLists,
  options: Omit<BootstrapOptions, 'method'> = {},
): Promise<Interval> {
  const { level, rounds, seed, signal } = parseOptions(schema, options, 'pooledAreaInterval');
  const queries = lists.offsets.length - 1;
  if (queries < 2) throw new InvalidInputError({ source: 'lists' }, `there are ${queries}`, 'Pass at least two.');
  const order = await paced(fallingPairs(lists), signal);
  const random = seededRandom(seed);
  const pace = new Pace(signal);
  const areas = new Float64Array(rounds);
  const drawn = new Uint32Array(queries);
  for (let round = 0; round < rounds; round++) {
    drawn.fill(0);
    for (let draw = 0; draw < queries; draw++) {
      const query = Math.floor(random() * queries);
      drawn[query] = (drawn[query] ?? 0) + 1;
    }
    areas[round] = areaOf(order, drawn);
    if (pace.due) await pace.rest();
  }
  areas.sort();
  const at = (share: number): number => areas[Math.round(share * (rounds - 1))] ?? Number.NaN;
  return { low: at((1 - level) / 2), high: at((1 + level) / 2) };
}

/** Pairs by falling score, each with its query. */
interface FallingPairs {
  readonly scores: Float64Array;
  readonly labels: Uint8Array;
  readonly queries: Uint32Array;
}

function* fallingPairs({ scores, labels, offsets }: PooledLists): Generator<void, FallingPairs> {
  for (let row = 0; row < labels.length; row++) {
    if (Number.isNaN(scores[row])) throw new InvalidInputError({ source: 'lists', row }, 'a score is NaN', 'Drop it.');
  }
  const order = yield* sortSteps(labels.length, (left, right) => (scores[right] ?? 0) - (scores[left] ?? 0));
  const queryOf = new Uint32Array(labels.length);
  for (let query = 0; query + 1 < offsets.length; query++) queryOf.fill(query, offsets[query], offsets[query + 1]);
  return {
    scores: Float64Array.from(order, (row) => scores[row] ?? 0),
    labels: Uint8Array.from(order, (row) => labels[row] ?? 0),
    queries: Uint32Array.from(order, (row) => queryOf[row] ?? 0),
  };
}

/** The area where each query counts as often as it was drawn. */
function areaOf({ scores, labels, queries }: FallingPairs, drawn: Uint32Array): number {
  let [pairs, hits, area] = [0, 0, 0];
  for (let from = 0; from < scores.length; ) {
    const score = scores[from];
    const before = hits;
    do {
      const times = drawn[queries[from] ?? 0] ?? 0;
      pairs += times;
      if (labels[from++] === 1) hits += times;
    } while (from < scores.length && scores[from] === score);
    if (hits > before) area += (hits - before) * (hits / pairs);
  }
  return hits === 0 ? 0 : area / hits;
}
