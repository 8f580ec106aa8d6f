import { basename } from 'node:path';
import {
  type Comparison,
  type Correction,
  compareRuns,
  formatComparison,
  parseMeasures,
  type Run,
  readQrels,
  readRun,
} from '@sluice/evaluation';
import type { Command } from 'commander';
import { correctionOption, measuresOption, standardMeasures, testOption } from '../arguments.js';
import { type CommandContext, withProgress } from '../command-context.js';
import { type TableFormat, tableFormatOption } from '../table-format.js';

interface CompareOptions {
  readonly measures?: readonly string[];
  readonly baseline?: string;
  readonly test: Comparison['test'];
  readonly correction: Correction;
  readonly format: TableFormat;
  readonly json?: boolean;
}

/** `sluice compare QRELS RUN RUN...`. */
export function registerCompare(program: Command, context: CommandContext): void {
  program
    .command('compare')
    .description('compare runs with a baseline, and test the differences')
    .argument('<qrels>', 'TREC or BEIR qrels, plain or gzip')
    .argument('<runs...>', 'TREC or MS MARCO runs, plain or gzip; the first is the baseline')
    .addOption(measuresOption('-m, --measures <names>', standardMeasures.join(', ')))
    .option('--baseline <file>', 'another baseline than the first run')
    .addOption(testOption())
    .addOption(correctionOption())
    .addOption(tableFormatOption())
    .option('--json', 'print JSON')
    .action((qrels: string, runs: string[], options: CompareOptions) => compare(context, qrels, runs, options));
}

async function compare(
  context: CommandContext,
  qrelsFile: string,
  runFiles: readonly string[],
  { measures = standardMeasures, baseline, test, correction, format, json }: CompareOptions,
): Promise<void> {
  const { signal, terminal } = context;
  parseMeasures(measures);
  const qrels = await readQrels(qrelsFile, { signal });
  const names = namesOf(runFiles);
  const runs: Record<string, Run> = {};
  for (const [at, file] of runFiles.entries()) runs[names[at] ?? file] = await readRun(file, { signal });
  const reference = baseline === undefined ? names[0] : (names[runFiles.indexOf(baseline)] ?? baseline);
  const comparison = await withProgress(context, (onProgress) =>
    compareRuns(qrels, runs, {
      measures,
      test,
      correction,
      signal,
      onProgress,
      ...(reference ? { baseline: reference } : {}),
    }),
  );
  terminal.out(formatComparison(comparison, json ? 'json' : format));
}

/** File names without folder where they differ, else the paths as given. */
function namesOf(files: readonly string[]): readonly string[] {
  const short = files.map((file) => basename(file));
  return new Set(short).size === files.length ? short : files;
}
