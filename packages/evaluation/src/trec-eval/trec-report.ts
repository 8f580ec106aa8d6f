import { type CallOptions, compareUtf8, Pace } from '@sluice/core';
import { type JudgedRanking, type JudgeOptions, judge } from '../judged-ranking.js';
import { geometricMean, mean, sum } from '../measures/aggregate.js';
import type { Qrels } from '../qrels.js';
import type { Run } from '../run.js';
import { fixed4, outputLine } from './c-format.js';
import { officialMeasures, type TrecMeasure, type TrecNumber } from './trec-measures.js';
import type { ZScores } from './z-scores.js';

/** What is printed. */
export interface TrecReportOptions extends JudgeOptions, Pick<CallOptions, 'signal'> {
  /** In the order of the lines. Default {@link officialMeasures}. */
  readonly measures?: readonly TrecMeasure[];
  /** `each` prints the lines of every query before the summary (-q). Default `summary`. */
  readonly print?: 'summary' | 'each';
  /** `judged` counts queries without results as 0 (-c). Default `answered`, as trec_eval's. */
  readonly queries?: 'judged' | 'answered';
  /** `named` begins the summary with the run's tag. Default `named`. */
  readonly header?: 'named' | 'none';
  /** Prints standard scores against reference runs instead of values (-Z). */
  readonly zScores?: ZScores;
}

/**
 * What trec_eval prints for a run, character for character.
 *
 * Defaults are trec_eval's: queries that the run lacks are left out of means unless `queries` is `judged`.
 *
 * @throws the signal's `reason`, once it has fired
 */
export async function trecReport(qrels: Qrels, run: Run, options: TrecReportOptions = {}): Promise<string> {
  const { measures = officialMeasures(), print = 'summary', queries = 'answered', signal, ...rest } = options;
  const queryIds = qrels.queryIds.filter((id) => queries === 'judged' || run.has(id)).sort(compareUtf8);
  const columns = new Map(measures.map(({ name }) => [name, new Float64Array(queryIds.length)]));
  const pace = new Pace(signal);
  const lines: string[] = [];
  for (const [at, queryId] of queryIds.entries()) {
    const judged = judge(qrels, run, queryId, rest);
    for (const measure of measures) lines.push(queryLine(measure, judged, at, columns, rest.zScores));
    if (pace.due) await pace.rest();
  }
  const each = print === 'each' ? lines.join('') : '';
  const header = rest.header === 'none' ? '' : outputLine('runid', 'all', run.tag);
  return each + header + measures.map((measure) => summaryLine(measure, columns, rest.zScores)).join('');
}

/** The line of one query, '' where there is none; its value is kept for the summary. */
function queryLine(
  measure: TrecMeasure,
  judged: JudgedRanking,
  at: number,
  columns: ReadonlyMap<string, Float64Array>,
  zScores: ZScores | undefined,
): string {
  const { name } = measure;
  if ('text' in measure) return outputLine(name, judged.queryId, measure.text(judged));
  const value = measure.measure.of(judged);
  const shown = zScores ? zScores.standardise(judged.queryId, name, value) : value;
  const column = columns.get(name);
  if (column) column[at] = shown;
  return measure.lines === 'summary' ? '' : numberLine(measure, judged.queryId, shown, zScores);
}

function summaryLine(
  measure: TrecMeasure,
  columns: ReadonlyMap<string, Float64Array>,
  zScores: ZScores | undefined,
): string {
  if ('text' in measure) return '';
  const values = columns.get(measure.name) ?? new Float64Array(0);
  return numberLine(
    measure,
    'all',
    zScores ? standardSummary(measure, values) : measure.measure.aggregate(values),
    zScores,
  );
}

/** Queries are counted as they are, and a geometric mean is one of exponentials, as if the values were logarithms. */
function standardSummary({ name, measure }: TrecNumber, values: Float64Array): number {
  if (name === 'num_q') return values.length;
  if (measure.aggregate === geometricMean) return Math.exp(mean(values));
  return measure.aggregate === sum ? sum(values) : mean(values);
}

function numberLine(
  { name, measure }: TrecNumber,
  queryId: string,
  value: number,
  zScores: ZScores | undefined,
): string {
  const whole = measure.kind === 'count' && !zScores;
  return `${zScores ? 'Z' : ''}${outputLine(name, queryId, whole ? String(value) : fixed4(value))}`;
}
