import { type Evaluation, evaluate, parseMeasures, readQrels, readRun, trecReport } from '@sluice/evaluation';
import type { Command } from 'commander';
import { measuresOption } from '../arguments.js';
import { type CommandContext, printJson, withProgress } from '../command-context.js';
import { printTable } from '../terminal/table.js';

interface ScoreOptions {
  readonly measures?: readonly string[];
  readonly perQuery?: boolean;
  readonly answeredOnly?: boolean;
  readonly json?: boolean;
}

/** `sluice score RUN QRELS`: what trec_eval prints, or the measures that are asked for. */
export function registerScore(program: Command, context: CommandContext): void {
  program
    .command('score')
    .description("measure a run; without -m, print trec_eval's report")
    .argument('<run>', 'TREC or MS MARCO run, plain or gzip')
    .argument('<qrels>', 'TREC or BEIR qrels, plain or gzip')
    .addOption(measuresOption('-m, --measures <names>', "trec_eval's report"))
    .option('--per-query', 'print each query too')
    .option('--answered-only', 'leave judged queries that the run lacks out of means (they count 0 otherwise)')
    .option('--json', 'print JSON')
    .action((run: string, qrels: string, options: ScoreOptions) => score(context, run, qrels, options));
}

async function score(
  context: CommandContext,
  runFile: string,
  qrelsFile: string,
  options: ScoreOptions,
): Promise<void> {
  const { signal, terminal } = context;
  const queries = options.answeredOnly ? 'answered' : 'judged';
  if (options.measures) parseMeasures(options.measures);
  const [qrels, run] = [await readQrels(qrelsFile, { signal }), await readRun(runFile, { signal })];
  if (!options.measures && !options.json) {
    terminal.out(await trecReport(qrels, run, { queries, print: options.perQuery ? 'each' : 'summary', signal }));
    return;
  }
  const names = options.measures ?? ['nDCG@10', 'RR@10', 'AP@1000', 'R@100'];
  const evaluation = await withProgress(context, (onProgress) =>
    evaluate(qrels, run, names, { queries, signal, onProgress }),
  );
  if (options.json) printJson(context, jsonOf(evaluation, run.tag, options.perQuery === true));
  else printEvaluation(context, evaluation, options.perQuery === true);
}

function jsonOf(evaluation: Evaluation, run: string, perQuery: boolean): object {
  const { queryIds, measures, summary } = evaluation;
  if (!perQuery) return { run, queries: queryIds.length, measures: summary };
  const rows = queryIds.map((id, at) => [
    id,
    Object.fromEntries(measures.map(({ name }) => [name, evaluation.valuesOf(name)[at]])),
  ]);
  return { run, queries: queryIds.length, measures: summary, perQuery: Object.fromEntries(rows) };
}

function printEvaluation({ terminal }: CommandContext, evaluation: Evaluation, perQuery: boolean): void {
  const { queryIds, measures, summary } = evaluation;
  const rowsOf = (query: string, measured: (name: string) => number): string[] => [
    query,
    ...measures.map(({ name }) => measured(name).toFixed(4)),
  ];
  const each = perQuery ? queryIds.map((id, at) => rowsOf(id, (name) => evaluation.valuesOf(name)[at] ?? 0)) : [];
  const all = rowsOf(`all (${queryIds.length})`, (name) => summary[name] ?? 0);
  printTable(terminal, ['query', ...measures.map(({ name }) => name)], [...each, all]);
}
