import type { Comparison } from './comparison.js';
import { comparisonTable, type Table, type TableCell } from './comparison-table.js';

/** Forms in which a comparison is written. */
export type ComparisonFormat = 'text' | 'markdown' | 'json' | 'csv' | 'latex';

/**
 * Writes a comparison as a table; the text ends with a line end.
 *
 * `json` has every figure in full, with the values of each query; the others print four digits, the best value of a
 * column in bold where the form has bold. `csv` follows RFC 4180, and a name that a spreadsheet would take for a formula
 * begins with an apostrophe.
 */
export function formatComparison(comparison: Comparison, format: ComparisonFormat): string {
  return format === 'json' ? toJson(comparison) : TABLE_WRITERS[format](comparisonTable(comparison));
}

const TABLE_WRITERS: Readonly<Record<Exclude<ComparisonFormat, 'json'>, (table: Table) => string>> = {
  text: toText,
  markdown: toMarkdown,
  csv: toCsv,
  latex: toLatex,
};

function toText({ header, rows, note }: Table): string {
  const body = rows.map((row) => row.map(({ text }) => text));
  const widths = header.map((title, column) => Math.max(title.length, ...body.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return `${[line(header), rule, ...body.map(line), '', note].join('\n')}\n`;
}

function toMarkdown({ header, rows, note }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const quoted = (text: string): string => text.replace(/[\\|*_`<>]/g, '\\$&');
  const cell = ({ text, emphasis }: TableCell): string => (emphasis === 'best' ? `**${quoted(text)}**` : quoted(text));
  const rule = header.map((_, column) => (column === 0 ? '---' : '---:'));
  return `${[line(header.map(quoted)), line(rule), ...rows.map((row) => line(row.map(cell))), '', note].join('\n')}\n`;
}

function toCsv({ header, rows }: Table): string {
  const cell = (text: string): string => {
    const safe = /^[=@]|^[+-](?![\d.])/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const lines = [header, ...rows.map((row) => row.map(({ text }) => text))];
  return lines.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

const LATEX_CHARACTERS: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};

function toLatex({ header, rows, note }: Table): string {
  const quoted = (text: string): string =>
    text.replace(/[\\~^&%$#_{}]/g, (character) => LATEX_CHARACTERS[character] ?? `\\${character}`);
  const cell = ({ text, emphasis }: TableCell): string =>
    emphasis === 'best' ? `\\textbf{${quoted(text)}}` : quoted(text);
  const line = (cells: readonly string[]): string => `${cells.join(' & ')} \\\\`;
  return `${[
    `\\begin{tabular}{l${'r'.repeat(header.length - 1)}}`,
    '\\toprule',
    line(header.map(quoted)),
    '\\midrule',
    ...rows.map((row) => line(row.map(cell))),
    '\\bottomrule',
    '\\end{tabular}',
    `% ${note}`,
  ].join('\n')}\n`;
}

function toJson({ systems, ...comparison }: Comparison): string {
  const rows = systems.map(({ name, evaluation, summary, versusBaseline, msPerQuery }) => ({
    name,
    summary,
    versusBaseline,
    msPerQuery,
    perQuery: Object.fromEntries(
      comparison.measures.map((measure) => [measure, Array.from(evaluation.valuesOf(measure))]),
    ),
  }));
  return `${JSON.stringify({ ...comparison, systems: rows }, null, 2)}\n`;
}
