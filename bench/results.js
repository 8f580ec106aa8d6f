import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('results/', import.meta.url));

/** Writes `results/NAME.json`. */
export async function writeResults(name, results) {
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}${name}.json`, `${JSON.stringify(results, null, 2)}\n`);
}

/**
 * Prints rows as a table, numbers to the right.
 *
 * @param {readonly Readonly<Record<string, string | number>>[]} rows of the same columns
 */
export function printTable(rows) {
  const columns = Object.keys(rows[0] ?? {});
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column])))];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => line[at].length)));
  const isNumber = columns.map((column) => typeof rows[0]?.[column] === 'number');
  for (const line of cells) {
    const padded = line.map((cell, at) => (isNumber[at] ? cell.padStart(widths[at]) : cell.padEnd(widths[at])));
    process.stdout.write(`${padded.join('  ').trimEnd()}\n`);
  }
}

/** Rounded to `digits` significant ones. */
export function rounded(value, digits = 3) {
  return Number(value.toPrecision(digits));
}
