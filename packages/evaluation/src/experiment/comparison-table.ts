import type { ComparedSystem, Comparison } from './comparison.js';

/** One cell of a table. */
export interface TableCell {
  readonly text: string;
  /** `best` is the greatest value of its column. */
  readonly emphasis: 'none' | 'best';
}

/** A comparison as text, row by row; writers put it into their form. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly TableCell[])[];
  /** One line below the table; empty where there is nothing to say. */
  readonly note: string;
}

/** Arranges a comparison: a row for each system; for each measure its value and, against a baseline, difference and p. */
export function comparisonTable(comparison: Comparison): Table {
  const { measures, systems, baseline, test, correction, queryIds } = comparison;
  const tested = baseline !== undefined;
  const timed = systems.some(({ msPerQuery }) => msPerQuery !== undefined);
  const header = [
    'system',
    ...measures.flatMap((measure) => (tested ? [measure, 'difference', 'p'] : [measure])),
    ...(timed ? ['ms/query'] : []),
  ];
  const rows = systems.map((system) => [
    plain(system.name),
    ...measures.flatMap((measure) => measureCells(system, measure, bestOf(systems, measure), tested)),
    ...(timed ? [plain(system.msPerQuery === undefined ? '' : formatMs(system.msPerQuery))] : []),
  ]);
  const testName = test === 't-test' ? 'paired t-test' : 'randomisation test';
  const corrected = correction === 'none' ? 'not corrected' : `corrected by ${correction}`;
  const note = `${queryIds.length} queries.${tested ? ` Differences to ${baseline}, ${testName}, p ${corrected}.` : ''}`;
  return { header, rows, note };
}

function measureCells(system: ComparedSystem, measure: string, best: number, tested: boolean): TableCell[] {
  const value = system.summary[measure] ?? Number.NaN;
  const whole = system.evaluation.measures.some(({ name, kind }) => name === measure && kind === 'count');
  const cell: TableCell = {
    text: whole ? String(value) : value.toFixed(4),
    emphasis: value === best ? 'best' : 'none',
  };
  if (!tested) return [cell];
  const compared = system.versusBaseline?.[measure];
  if (!compared) return [cell, plain(''), plain('')];
  const sign = compared.difference > 0 ? '+' : '';
  return [cell, plain(`${sign}${compared.difference.toFixed(4)}`), plain(formatP(compared.correctedP))];
}

function bestOf(systems: readonly ComparedSystem[], measure: string): number {
  return Math.max(...systems.map(({ summary }) => summary[measure] ?? Number.NaN));
}

function plain(text: string): TableCell {
  return { text, emphasis: 'none' };
}

function formatP(p: number): string {
  return p < 0.0001 ? '<.0001' : p.toFixed(4);
}

function formatMs(milliseconds: number): string {
  return milliseconds >= 100 ? milliseconds.toFixed(0) : milliseconds.toPrecision(3);
}
