import { Option } from 'commander';

/** Forms of a table for people and papers. */
export type TableFormat = 'text' | 'markdown' | 'csv' | 'latex';

/** `--format`, as every command with a table has it. */
export function tableFormatOption(): Option {
  return new Option('--format <form>', 'form of the table')
    .choices(['text', 'markdown', 'csv', 'latex'])
    .default('text');
}
