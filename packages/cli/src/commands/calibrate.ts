import { pipeline } from '@sluice/core';
import { openBeir } from '@sluice/evaluation';
import { type CalibratorComparison, calibrate, compareCalibrators } from '@sluice/rerankers';
import type { Command } from 'commander';
import type { Collection } from 'sluice';
import { stringify } from 'yaml';
import { precisionOption, sparseOption, wholeNumber } from '../arguments.js';
import { type CommandContext, printJson, withProgress } from '../command-context.js';
import { withMemoryCollection } from '../memory-collection.js';
import { askedPipeline, buildPipeline } from '../pipeline-file.js';
import { drawLines, expectPlots } from '../plot/line-plot.js';
import { expectWritableFile, replaceFile } from '../replace-file.js';
import { withRerankers } from '../rerankers.js';
import { printTable } from '../terminal/table.js';

interface CalibrateOptions {
  readonly split: string;
  readonly pipeline: string;
  readonly model: string;
  readonly precision?: 'float32' | 'int8';
  readonly cache?: string;
  readonly sparse?: string;
  readonly depth: number;
  readonly rel: number;
  readonly folds: number;
  readonly seed: number;
  readonly plot?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** `sluice calibrate FOLDER`. */
export function registerCalibrate(program: Command, context: CommandContext): void {
  program
    .command('calibrate')
    .description("turn a pipeline's scores into probabilities of relevance, and say how far to trust them")
    .argument('<folder>', 'with corpus.jsonl, queries.jsonl and qrels/')
    .option('--split <name>', 'judgements to use; not those that you will report', 'test')
    .option(
      '-p, --pipeline <name>',
      'bm25, dense, hybrid, with --sparse splade, lexical or threefold; or a YAML or JSON file',
      'hybrid',
    )
    .option('-m, --model <name>', "a model that ships, or a model's folder", 'static')
    .addOption(precisionOption())
    .option('--cache <dir>', 'folder that remembers the vectors of a transformer')
    .addOption(sparseOption())
    .option('--depth <count>', 'results of each query', wholeNumber('depth'), 10)
    .option('--rel <grade>', 'least grade that counts as relevant', wholeNumber('rel'), 1)
    .option('--folds <count>', 'parts of the queries, at least 2', wholeNumber('folds'), 5)
    .option('--seed <number>', 'decides which queries share a part', wholeNumber('seed'), 1)
    .option('--plot <file>', 'draw what was said against what was so as SVG')
    .option('-o, --out <file>', 'write the pipeline with its calibrator as a pipeline file')
    .option('--json', 'print JSON')
    .action((folder: string, options: CalibrateOptions) => calibrateFolder(context, folder, options));
}

async function calibrateFolder(context: CommandContext, folder: string, options: CalibrateOptions): Promise<void> {
  const { signal } = context;
  const { split, depth, rel, folds, seed, out, plot } = options;
  if (out !== undefined) await expectWritableFile(out);
  if (plot !== undefined) {
    await expectPlots();
    await expectWritableFile(plot);
  }
  const asked = await askedPipeline(options.pipeline);
  const data = await openBeir(folder);
  const [qrels, queries] = [await data.qrels(split, { signal }), await data.queries(split, { signal })];
  const judged = queries.filter(({ id }) => qrels.of(id) !== undefined);
  const { comparison, written } = await withProgress(context, (onProgress) => {
    const call = { signal, onProgress };
    const source = { ...options, pipelines: [asked], documents: data.documents({ signal }), ...call };
    const work = async (collection: Collection) => {
      const searched = buildPipeline(collection, asked);
      const rankings = await searched.retrieve(judged, { topK: depth, ...call });
      const lists = rankings.map(({ ids, scores }, at) => ({
        scores,
        labels: Uint8Array.from(ids, (id) => Number((qrels.grade(judged[at]?.id ?? '', id) ?? 0) >= rel)),
      }));
      const comparison = await compareCalibrators(lists, { scale: searched.scale, folds, seed, ...call });
      return { comparison, written: pipeline(searched, calibrate(comparison.best)).toSpec() };
    };
    return withRerankers({}, [asked], ({ models }) => withMemoryCollection({ ...source, ...models }, work), call);
  });
  if (out !== undefined) await replaceFile(out, [stringify(written)]);
  if (plot !== undefined) await replaceFile(plot, [await drawn(data.name, comparison)]);
  const { results, chosen, best } = comparison;
  if (options.json) {
    const files = { ...(plot !== undefined && { plot }), ...(out !== undefined && { out }) };
    const report = { collection: data.name, depth, rel, folds, results, chosen, best: best.toJSON(), ...files };
    printJson(context, report);
    return;
  }
  print(context, comparison);
  if (plot !== undefined) context.terminal.out(`\nThe plot is written to ${plot}.\n`);
  if (out !== undefined) context.terminal.out(`\nWritten to ${out}. Search with it: --pipeline ${out}\n`);
}

/** The reliability diagram: a line for each kind, and the diagonal on which probabilities mean what they say. */
function drawn(collection: string, { results }: CalibratorComparison): Promise<string> {
  const lines = results.map(({ kind, diagram }) => ({
    name: kind,
    points: diagram.map(({ predicted, observed }) => ({ x: predicted, y: observed })),
  }));
  const ideal = { name: 'ideal', points: [0, 1].map((at) => ({ x: at, y: at })) };
  const words = { title: `Reliability: ${collection}`, x: 'probability that was said', y: 'share that was relevant' };
  return drawLines([ideal, ...lines], words);
}

function print({ terminal }: CommandContext, { results, chosen, best }: CalibratorComparison): void {
  const headings = ['', 'ECE', 'Brier', 'skill', 'log loss'];
  const rows = [...results, chosen].map(({ kind, ...each }) => [
    kind,
    ...[each.ece, each.brier, each.skill, each.nll].map((value) => value.toFixed(4)),
  ]);
  printTable(terminal, headings, rows);
  terminal.out(
    `\n${best.kind} is kept. As it is the best of several here, its own figures flatter it; 'chosen' is the kind that was best ` +
      'within the other parts of the queries, each time. What that said of results of queries that had no part in it, and ' +
      'what was so:\n',
  );
  const bars = chosen.diagram.map(({ count, predicted, observed }) => [
    predicted.toFixed(3),
    observed.toFixed(3),
    String(count),
  ]);
  printTable(terminal, ['probability', 'relevant', 'results'], bars);
  const useless = chosen.skill < 0.01;
  if (useless) terminal.out('\nThe scores say no more than the base rate: use another pipeline.\n');
}
