import { type CallOptions, compareUtf8, Pace } from '@sluice/core';
import { type JudgeOptions, judge } from './judged-ranking.js';
import type { Measure } from './measures/measure.js';
import { parseMeasures } from './measures/parse-measure.js';
import type { Qrels } from './qrels.js';
import type { Run } from './run.js';

/** How a run is evaluated. */
export interface EvaluateOptions extends JudgeOptions, Pick<CallOptions, 'signal' | 'onProgress'> {
  /**
   * Over which queries.
   *
   * - `judged` (default): all queries of the qrels; one that the run lacks has no results and counts 0 (trec_eval's -c).
   * - `answered`: queries that are both in the qrels and in the run (trec_eval without -c).
   *
   * Queries of the run without judgements are never evaluated.
   */
  readonly queries?: 'judged' | 'answered';
}

/** The values of some measures on one run, query by query. */
export class Evaluation {
  readonly measures: readonly Measure[];
  /** The queries that were evaluated, ordered by the UTF-8 bytes of their ids. */
  readonly queryIds: readonly string[];
  readonly #values: ReadonlyMap<string, Float64Array>;

  constructor(measures: readonly Measure[], queryIds: readonly string[], values: ReadonlyMap<string, Float64Array>) {
    this.measures = measures;
    this.queryIds = queryIds;
    this.#values = values;
  }

  /**
   * Values in the order of `queryIds`.
   *
   * @throws {RangeError} the measure was not evaluated
   */
  valuesOf(measure: string | Measure): Float64Array {
    const name = typeof measure === 'string' ? measure : measure.name;
    const values = this.#values.get(name);
    if (!values) throw new RangeError(`'${name}' was not evaluated; there are ${[...this.#values.keys()].join(', ')}.`);
    return values;
  }

  /** The value of one query; `undefined` for a query that was not evaluated. */
  valueOf(measure: string | Measure, queryId: string): number | undefined {
    const at = this.queryIds.indexOf(queryId);
    return at < 0 ? undefined : this.valuesOf(measure)[at];
  }

  /** One value for each measure, by its name: the mean of the queries for most, the sum for counts. */
  get summary(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      this.measures.map((measure) => [measure.name, measure.aggregate(this.valuesOf(measure))]),
    );
  }
}

/**
 * Measures a run against judgements.
 *
 * Results are looked up once a query, and all measures read the same vector. The order of the run is taken as it is:
 * readers have put it into trec_eval's order, rankings are in theirs.
 *
 * @param measures names such as `nDCG@10`, or your own
 * @throws {InvalidOptionsError} a measure's name cannot be read
 * @throws the signal's `reason`, once it has fired
 * @example
 * const { summary } = await evaluate(qrels, run, ['nDCG@10', 'R@100']);
 */
export async function evaluate(
  qrels: Qrels,
  run: Run,
  measures: readonly (string | Measure)[],
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const { queries = 'judged', signal, onProgress, ...judging } = options;
  const parsed = parseMeasures(measures);
  const queryIds = qrels.queryIds.filter((id) => queries === 'judged' || run.has(id)).sort(compareUtf8);
  const columns = parsed.map(({ name }) => [name, new Float64Array(queryIds.length)] as const);
  const pace = new Pace(signal);
  for (const [at, queryId] of queryIds.entries()) {
    const judged = judge(qrels, run, queryId, judging);
    for (const [index, measure] of parsed.entries()) {
      const column = columns[index]?.[1];
      if (column) column[at] = measure.of(judged);
    }
    if (!pace.due) continue;
    onProgress?.({ phase: 'measuring', done: at + 1, total: queryIds.length, unit: 'queries' });
    await pace.rest();
  }
  return new Evaluation(parsed, queryIds, new Map(columns));
}
