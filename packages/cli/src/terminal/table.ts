import CliTable from 'cli-table3';
import type { Terminal } from './terminal.js';

const PLAIN = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Prints rows under headings in aligned columns: the first to the left, the others to the right. */
export function printTable(
  terminal: Terminal,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const table = new CliTable({
    head: [...headings],
    colAligns: headings.map((_, at) => (at === 0 ? 'left' : 'right')),
    chars: PLAIN,
    style: { head: terminal.colours ? ['bold'] : [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => [...row]));
  terminal.out(`${table.toString().replace(/[ \t]+$/gm, '')}\n`);
}
