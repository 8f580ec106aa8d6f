import { InvalidInputError, paced, parseOptions, seededRandom, sortSteps } from '@sluice/core';
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

/** Pairs between two yields. */
const STEP = 65_536;

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
  const areas = await paced(drawnAreas(lists, queries, { rounds, seed }), signal);
  areas.sort();
  const at = (share: number): number => areas[Math.round(share * (rounds - 1))] ?? Number.NaN;
  return { low: at((1 - level) / 2), high: at((1 + level) / 2) };
}

/** The areas of samples of the queries. */
function* drawnAreas(
  lists: PooledLists,
  queries: number,
  { rounds, seed }: { readonly rounds: number; readonly seed: number },
): Generator<void, Float64Array> {
  const order = yield* fallingPairs(lists);
  const random = seededRandom(seed);
  const areas = new Float64Array(rounds);
  const drawn = new Uint32Array(queries);
  for (let round = 0; round < rounds; round++) {
    drawn.fill(0);
    for (let draw = 0; draw < queries; draw++) {
      const query = Math.floor(random() * queries);
      drawn[query] = (drawn[query] ?? 0) + 1;
    }
    areas[round] = yield* areaOf(order, drawn);
    yield;
  }
  return areas;
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
    if (row % STEP === STEP - 1) yield;
  }
  const order = yield* sortSteps(labels.length, (left, right) => (scores[right] ?? 0) - (scores[left] ?? 0));
  const queryOf = new Uint32Array(labels.length);
  for (let query = 0; query + 1 < offsets.length; query++) queryOf.fill(query, offsets[query], offsets[query + 1]);
  const size = order.length;
  const falling = { scores: new Float64Array(size), labels: new Uint8Array(size), queries: new Uint32Array(size) };
  for (let rank = 0; rank < size; rank++) {
    const row = order[rank] ?? 0;
    falling.scores[rank] = scores[row] ?? 0;
    falling.labels[rank] = labels[row] ?? 0;
    falling.queries[rank] = queryOf[row] ?? 0;
    if (rank % STEP === STEP - 1) yield;
  }
  return falling;
}

/** The area where each query counts as often as it was drawn. */
function* areaOf({ scores, labels, queries }: FallingPairs, drawn: Uint32Array): Generator<void, number> {
  let [pairs, hits, area, due] = [0, 0, 0, STEP];
  for (let from = 0; from < scores.length; ) {
    const score = scores[from];
    const before = hits;
    do {
      const times = drawn[queries[from] ?? 0] ?? 0;
      pairs += times;
      if (labels[from++] === 1) hits += times;
    } while (from < scores.length && scores[from] === score);
    if (hits > before) area += (hits - before) * (hits / pairs);
    if (from < due) continue;
    due = from + STEP;
    yield;
  }
  return hits === 0 ? 0 : area / hits;
}
