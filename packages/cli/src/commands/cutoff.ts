import { openBeir } from '@sluice/evaluation';
import { type CutoffResult, compareCutoffs, cutoffMethods, fixedCosineAdapter } from '@sluice/rerankers';
import type { Command } from 'commander';
import type { Collection } from 'sluice';
import { readAdapterFile } from '../adapter/read-adapter-file.js';
import { precisionOption, shareOf, sparseOption, wholeNumber } from '../arguments.js';
import { type CommandContext, printJson, withProgress } from '../command-context.js';
import { judgedLists } from '../cutoff/judged-lists.js';
import { withMemoryCollection } from '../memory-collection.js';
import { askedPipeline, buildPipeline } from '../pipeline-file.js';
import { drawLines, expectPlots } from '../plot/line-plot.js';
import { expectWritableFile, replaceFile } from '../replace-file.js';
import { withRerankers } from '../rerankers.js';
import { printTable } from '../terminal/table.js';

interface CutoffOptions {
  readonly split: string;
  readonly pipeline?: string;
  readonly model: string;
  readonly precision?: 'float32' | 'int8';
  readonly cache?: string;
  readonly sparse?: string;
  readonly depth: number;
  readonly rel: number;
  readonly recall: number;
  readonly folds: number;
  readonly seed: number;
  readonly adapter?: string;
  readonly plot?: string;
  readonly json?: boolean;
}

/** `sluice cutoff FOLDER`. */
export function registerCutoff(program: Command, context: CommandContext): void {
  program
    .command('cutoff')
    .description('compare ways to decide how many results there are, on queries that they have not seen')
    .argument('<folder>', 'with corpus.jsonl, queries.jsonl and qrels/')
    .option('--split <name>', 'judgements to use', 'test')
    .option(
      '-p, --pipeline <name>',
      'what finds the candidates: bm25, hybrid, with --sparse threefold, or a YAML or JSON file; dense when left out',
    )
    .option('-m, --model <name>', "a model that ships, or a model's folder", 'static')
    .addOption(precisionOption())
    .option('--cache <dir>', 'folder that remembers the vectors of a transformer')
    .addOption(sparseOption())
    .option('--depth <count>', 'candidates of each query', wholeNumber('depth'), 100)
    .option('--rel <grade>', 'least grade that counts as relevant', wholeNumber('rel'), 1)
    .option('--recall <share>', 'of the relevant candidates that thresholds are chosen to keep', shareOf, 0.95)
    .option('--folds <count>', 'parts of the queries, at least 3', wholeNumber('folds'), 5)
    .option('--seed <number>', 'decides which queries share a part', wholeNumber('seed'), 1)
    .option('--adapter <file>', 'a Cosine Adapter that sluice train wrote, to stand beside the others')
    .option('--plot <file>', 'draw precision against recall as SVG')
    .option('--json', 'print JSON')
    .action((folder: string, options: CutoffOptions) => cutoff(context, folder, options));
}

async function cutoff(context: CommandContext, folder: string, options: CutoffOptions): Promise<void> {
  const { signal } = context;
  const { split, depth, rel, recall: targetRecall, folds, seed, plot } = options;
  if (plot !== undefined) {
    await expectPlots();
    await expectWritableFile(plot);
  }
  const adapter = options.adapter === undefined ? undefined : await readAdapterFile(options.adapter);
  const asked = options.pipeline === undefined ? undefined : await askedPipeline(options.pipeline);
  const data = await openBeir(folder);
  const [qrels, queries] = [await data.qrels(split, { signal }), await data.queries(split, { signal })];
  const results = await withProgress(context, (onProgress) => {
    const call = { signal, onProgress };
    const work = async (collection: Collection): Promise<CutoffResult[]> => {
      const pipeline = asked && buildPipeline(collection, asked);
      const lists = await judgedLists(collection, { queries, qrels, depth, rel, pipeline, ...call });
      const methods = cutoffMethods(lists.filter(({ labels }) => labels.length > 0));
      if (adapter) methods.push(fixedCosineAdapter('the given adapter', adapter));
      return compareCutoffs(lists, { targetRecall, folds, seed, methods, ...call });
    };
    const pipelines = asked ? [asked] : [];
    const source = { ...options, pipelines, documents: data.documents({ signal }), ...call };
    return withRerankers({}, pipelines, ({ models }) => withMemoryCollection({ ...source, ...models }, work), call);
  });
  if (plot !== undefined) await replaceFile(plot, [await drawn(data.name, results)]);
  const written = plot === undefined ? {} : { plot };
  if (options.json) {
    printJson(context, { collection: data.name, depth, rel, targetRecall, folds, seed, results, ...written });
    return;
  }
  print(context, results, targetRecall);
  if (plot !== undefined) context.terminal.out(`\nThe plot is written to ${plot}.\n`);
}

function drawn(collection: string, results: readonly CutoffResult[]): Promise<string> {
  const lines = results.map(({ method, curve }) => ({
    name: method,
    points: curve.map(({ recall, precision }) => ({ x: recall, y: precision })),
  }));
  return drawLines(lines, { title: `Ways to cut: ${collection}`, x: 'recall of the candidates', y: 'precision' });
}

function print({ terminal }: CommandContext, results: readonly CutoffResult[], targetRecall: number): void {
  const headings = [
    '',
    'PR AUC',
    '95 % interval',
    'recall',
    `precision`,
    'dropped',
    'no result',
    'RR@10',
    'answerable',
  ];
  const rows = results.map((each) => [
    each.method,
    each.prAuc.toFixed(4),
    `${each.interval.low.toFixed(3)} to ${each.interval.high.toFixed(3)}`,
    ...[each.recall, each.precision].map((value) => value.toFixed(3)),
    ...[each.dropped, each.empty].map((value) => `${(100 * value).toFixed(1)}%`),
    each.mrr.toFixed(4),
    each.answerable.toFixed(3),
  ]);
  printTable(terminal, headings, rows);
  terminal.out(
    `\nThresholds were chosen on other queries to keep ${targetRecall} of the relevant candidates; recall, precision and ` +
      'what follows is what they did. PR AUC pools the candidates of all queries. Answerable: AUROC of telling lists from the ' +
      'same lists without their relevant candidates; .5 is chance.\n',
  );
}
