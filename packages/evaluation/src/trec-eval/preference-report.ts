import { compareUtf8, Pace } from '@sluice/core';
import { mean, sum } from '../measures/aggregate.js';
import type { Run } from '../run.js';
import { fixed4, outputLine } from './c-format.js';
import { type PreferenceMeasure, preferenceMeasures } from './preference-measures.js';
import { matchPreferences, type Preferences } from './preferences.js';

/**
 * What trec_eval prints with `-q -m all_prefs` for a run judged by preferences, character for character.
 *
 * @throws {InvalidInputError} a group of judgements contradicts itself
 * @throws the signal's `reason`, once it has fired
 */
export async function preferenceReport(
  preferences: Preferences,
  run: Run,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<string> {
  const queryIds = [...preferences.keys()].filter((id) => run.has(id)).sort(compareUtf8);
  const columns = preferenceMeasures.map(() => new Float64Array(queryIds.length));
  const lines: string[] = [];
  const pace = new Pace(signal);
  for (const [at, queryId] of queryIds.entries()) {
    const ranking = matchPreferences(preferences.get(queryId) ?? [], run, queryId);
    for (const [index, measure] of preferenceMeasures.entries()) {
      const value = measure.of(ranking);
      const column = columns[index];
      if (column) column[at] = value;
      lines.push(line(measure, queryId, value));
      if (pace.due) await pace.rest();
    }
  }
  lines.push(outputLine('runid', 'all', run.tag), outputLine('num_q', 'all', String(queryIds.length)));
  for (const [index, measure] of preferenceMeasures.entries()) {
    const values = columns[index] ?? new Float64Array(0);
    lines.push(line(measure, 'all', measure.kind === 'count' ? sum(values) : mean(values)));
  }
  return lines.join('');
}

function line({ name, kind }: PreferenceMeasure, queryId: string, value: number): string {
  return outputLine(name, queryId, kind === 'count' ? String(value) : fixed4(value));
}
