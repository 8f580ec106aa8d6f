import { compareUtf8, Pace } from '@sluice/core';
import { mean } from '../measures/aggregate.js';
import { parseMeasure } from '../measures/parse-measure.js';
import type { Run } from '../run.js';
import { fixed4, outputLine } from './c-format.js';
import { type GroupedQrels, judgeByGroup } from './judgment-groups.js';
import type { TrecNumber } from './trec-measures.js';

/** The measures of `-m qrels_jg`, in trec_eval's order; each is a mean over the groups that judged the query. */
function groupMeasures(): TrecNumber[] {
  const number = (name: string, ours: string): TrecNumber => ({
    name,
    measure: parseMeasure(ours),
    lines: 'queries and summary',
  });
  const cutoffs = [5, 10, 15, 20, 30, 100, 200, 500, 1000];
  const multiples = [0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8, 2];
  return [
    number('map_avgjg', 'AP'),
    ...cutoffs.map((cutoff) => number(`P_avgjg_${cutoff}`, `P@${cutoff}`)),
    ...multiples.map((times) => number(`Rprec_mult_avgjg_${times.toFixed(2)}`, `RprecMult(times=${times})`)),
  ];
}

/**
 * What trec_eval prints with `-q -m qrels_jg` for a run judged by several groups, character for character.
 *
 * @throws the signal's `reason`, once it has fired
 */
export async function groupReport(
  qrels: GroupedQrels,
  run: Run,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<string> {
  const measures = groupMeasures();
  const judged = new Set([...qrels.values()].flatMap((group) => group.queryIds));
  const queryIds = [...judged].filter((id) => run.has(id)).sort(compareUtf8);
  const columns = measures.map(() => new Float64Array(queryIds.length));
  const lines: string[] = [];
  const pace = new Pace(signal);
  for (const [at, queryId] of queryIds.entries()) {
    const views = judgeByGroup(qrels, run, queryId);
    for (const [index, { name, measure }] of measures.entries()) {
      const value = mean(Float64Array.from(views, (view) => measure.of(view)));
      const column = columns[index];
      if (column) column[at] = value;
      lines.push(outputLine(name, queryId, fixed4(value)));
    }
    if (pace.due) await pace.rest();
  }
  lines.push(outputLine('runid', 'all', run.tag), outputLine('num_q', 'all', String(queryIds.length)));
  for (const [index, { name }] of measures.entries()) {
    lines.push(outputLine(name, 'all', fixed4(mean(columns[index] ?? new Float64Array(0)))));
  }
  return lines.join('');
}
