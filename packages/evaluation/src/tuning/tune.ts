import { type CallOptions, InvalidInputError, parseOptions } from '@sluice/core';
import { z } from 'zod';
import { meanOf } from '../significance/differences.js';
import { type FoldOptions, foldsOf } from './folds.js';

/** What is tuned, and how a candidate is measured. */
export interface TuneOptions<Candidate>
  extends Pick<FoldOptions, 'groupOf'>,
    Pick<CallOptions, 'signal' | 'onProgress'> {
  /** What to choose from, at least one; see {@link grid}. Of equally good candidates the first is chosen. */
  readonly candidates: readonly Candidate[];
  /** Judged queries, at least as many as folds. */
  readonly queryIds: readonly string[];
  /**
   * The candidate's value for each query, in their order; larger is better. Called once a candidate, with all queries:
   * keep source rankings between calls, so that only what the candidate changes is computed again.
   */
  readonly evaluate: (
    candidate: Candidate,
    queryIds: readonly string[],
    options: Pick<CallOptions, 'signal'>,
  ) => Promise<ArrayLike<number>> | ArrayLike<number>;
  /** At least 2. Default 5. */
  readonly folds?: number;
  /** Decides which queries share a fold. Default 1. */
  readonly seed?: number;
}

/** One outer fold. */
export interface TunedFold<Candidate> {
  /** The queries that were held out. */
  readonly queryIds: readonly string[];
  /** The best candidate on the other queries. */
  readonly chosen: Candidate;
  /** Its mean on the other queries. */
  readonly trainingMean: number;
  /** Its mean on the queries that were held out. */
  readonly heldOutMean: number;
}

/** What tuning found. */
export interface Tuned<Candidate> {
  /** The best candidate on all queries: the one to use. */
  readonly best: Candidate;
  /** Its mean on all queries. Too good, because it was chosen on them; report `estimate`. */
  readonly bestMean: number;
  /** What to expect of a candidate chosen in this way on new queries: the mean of `heldOut`. */
  readonly estimate: number;
  /** Each query's value under the candidate that was chosen without it, in the order of `queryIds`. */
  readonly heldOut: Float64Array;
  readonly folds: readonly TunedFold<Candidate>[];
  /** Mean on all queries of each candidate, in their order. */
  readonly means: readonly number[];
}

const tuneSizes = z.object({ folds: z.int().min(2).default(5), seed: z.int().default(1) });

/**
 * Chooses among candidates by cross-validation over queries, and says honestly how good the choice is.
 *
 * Every query belongs to one fold. For each fold the best candidate is chosen on the other folds and measured on this
 * one, so no query is measured with parameters that were chosen by looking at it.
 *
 * @throws {InvalidOptionsError} `folds` is below 2
 * @throws {InvalidInputError} there is no candidate, fewer queries (or groups) than folds, or a candidate's values are
 *   not one finite number for each query
 * @throws the signal's `reason`, once it has fired
 */
export async function tune<Candidate>(options: TuneOptions<Candidate>): Promise<Tuned<Candidate>> {
  const { candidates, queryIds, evaluate, groupOf, signal, onProgress } = options;
  const { folds, seed } = parseOptions(tuneSizes, { folds: options.folds, seed: options.seed }, 'tune');
  const foldOf = foldsOf(queryIds, { folds, seed, ...(groupOf ? { groupOf } : {}) });
  const values: Float64Array[] = [];
  for (const [at, candidate] of candidates.entries()) {
    signal?.throwIfAborted();
    values.push(expectValues(await evaluate(candidate, queryIds, signal ? { signal } : {}), queryIds.length, at));
    onProgress?.({ phase: 'tuning', done: at + 1, total: candidates.length, unit: 'candidates' });
  }
  const everywhere = choose(candidates, values, () => true);
  const heldOut = new Float64Array(queryIds.length);
  const tuned = Array.from({ length: folds }, (_, fold): TunedFold<Candidate> => {
    const { candidate, at, mean } = choose(candidates, values, (query) => foldOf[query] !== fold);
    const held = [...queryIds.keys()].filter((query) => foldOf[query] === fold);
    for (const query of held) heldOut[query] = values[at]?.[query] ?? Number.NaN;
    return {
      queryIds: held.map((query) => queryIds[query] ?? ''),
      chosen: candidate,
      trainingMean: mean,
      heldOutMean: meanOf(held.map((query) => heldOut[query] ?? Number.NaN)),
    };
  });
  return {
    best: everywhere.candidate,
    bestMean: everywhere.mean,
    estimate: meanOf(heldOut),
    heldOut,
    folds: tuned,
    means: values.map(meanOf),
  };
}

interface Choice<Candidate> {
  readonly candidate: Candidate;
  readonly at: number;
  readonly mean: number;
}

function choose<Candidate>(
  candidates: readonly Candidate[],
  values: readonly Float64Array[],
  counts: (query: number) => boolean,
): Choice<Candidate> {
  let best: Choice<Candidate> | undefined;
  for (const [at, candidate] of candidates.entries()) {
    const mean = meanOf((values[at] ?? new Float64Array(0)).filter((_, query) => counts(query)));
    if (best === undefined || mean > best.mean) best = { candidate, at, mean };
  }
  if (best) return best;
  throw new InvalidInputError({ source: 'candidates' }, 'there is none', 'Pass at least one candidate.');
}

function expectValues(values: ArrayLike<number>, queries: number, row: number): Float64Array {
  const column = Float64Array.from(values);
  if (column.length === queries && column.every(Number.isFinite)) return column;
  throw new InvalidInputError(
    { source: 'evaluate', row },
    `the candidate has ${column.length} values, or values that are not finite, for ${queries} queries`,
    'Return one finite number for each query, in their order.',
  );
}
