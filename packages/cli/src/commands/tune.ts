import { openBeir, parseMeasures, type Tuned, tune } from '@sluice/evaluation';
import type { Command } from 'commander';
import type { Collection } from 'sluice';
import { stringify } from 'yaml';
import { precisionOption, wholeNumber } from '../arguments.js';
import { type CommandContext, printJson, withProgress } from '../command-context.js';
import { withMemoryCollection } from '../memory-collection.js';
import { askedPipeline } from '../pipeline-file.js';
import { expectWritableFile, replaceFile } from '../replace-file.js';
import { type OpenRerankers, withRerankers } from '../rerankers.js';
import { printTable } from '../terminal/table.js';
import { type HybridCandidate, hybridEvaluator, hybridGrid, hybridSpec, standardMean } from '../tuning/hybrid-grid.js';
import { rememberingModels } from '../tuning/remembering-models.js';
import { stagesBehindHybrid } from '../tuning/stages-behind-hybrid.js';

interface TuneOptions {
  readonly split: string;
  readonly pipeline: string;
  readonly model: string;
  readonly precision?: 'float32' | 'int8';
  readonly cache?: string;
  readonly measure: string;
  readonly folds: number;
  readonly seed: number;
  readonly depth: number;
  readonly out?: string;
  readonly json?: boolean;
}

/** `sluice tune FOLDER`. */
export function registerTune(program: Command, context: CommandContext): void {
  program
    .command('tune')
    .description('choose k1, b, normalisation and fusion weight by folds that share no query')
    .argument('<folder>', 'with corpus.jsonl, queries.jsonl and qrels/')
    .option('--split <name>', 'judgements to use; not those that you will report', 'test')
    .option(
      '-p, --pipeline <name>',
      'hybrid, or a YAML or JSON file that begins with it; later stages stay as they are',
      'hybrid',
    )
    .option('-m, --model <name>', "a model that ships, or a model's folder", 'static')
    .addOption(precisionOption())
    .option('--cache <dir>', 'folder that remembers the vectors of a transformer')
    .option('--measure <name>', 'what to raise', 'nDCG@10')
    .option('--folds <count>', 'outer folds', wholeNumber('folds'), 5)
    .option('--seed <number>', 'decides which queries share a fold', wholeNumber('seed'), 1)
    .option('--depth <count>', 'documents of each source that are fused', wholeNumber('depth'), 1000)
    .option('-o, --out <file>', 'write the best setting as a pipeline file')
    .option('--json', 'print JSON')
    .action((folder: string, options: TuneOptions) => tuneFolder(context, folder, options));
}

async function tuneFolder(context: CommandContext, folder: string, options: TuneOptions): Promise<void> {
  const { signal } = context;
  const { split, measure, folds, seed, depth, out } = options;
  if (out !== undefined) await expectWritableFile(out);
  parseMeasures([measure]);
  const asked = await askedPipeline(options.pipeline);
  const behind = stagesBehindHybrid(asked);
  const data = await openBeir(folder);
  const [qrels, queries] = [await data.qrels(split, { signal }), await data.queries(split, { signal })];
  const tuned = await withProgress(context, (onProgress) => {
    const call = { signal, onProgress };
    const source = { ...options, pipelines: [asked], documents: data.documents({ signal }), ...call };
    const work = (collection: Collection): Promise<Tuned<HybridCandidate>> => {
      const evaluate = hybridEvaluator({ collection, queries, qrels, measure, depth, behind, signal });
      const queryIds = queries.map(({ id }) => id);
      return tune({ candidates: hybridGrid(), queryIds, evaluate, folds, seed, ...call });
    };
    const indexed = ({ models }: OpenRerankers) =>
      withMemoryCollection({ ...source, ...rememberingModels(models) }, work);
    return withRerankers({}, [asked], indexed, call);
  });
  if (out !== undefined) await replaceFile(out, [stringify(hybridSpec(tuned.best, depth, behind))]);
  const standard = standardMean(tuned.means);
  if (options.json) {
    const written = out === undefined ? {} : { out };
    printJson(context, { measure, standard, ...tuned, heldOut: [...tuned.heldOut], ...written });
    return;
  }
  printTuned(context, tuned, { measure, standard });
  if (out !== undefined) context.terminal.out(`\nWritten to ${out}. Search with it: --pipeline ${out}\n`);
}

function printTuned(
  { terminal }: CommandContext,
  tuned: Tuned<HybridCandidate>,
  { measure, standard }: { readonly measure: string; readonly standard: number },
): void {
  const rows = tuned.folds.map(({ chosen, trainingMean, heldOutMean }, at) => [
    `fold ${at + 1}`,
    ...cells(chosen),
    trainingMean.toFixed(4),
    heldOutMean.toFixed(4),
  ]);
  const all = ['all queries', ...cells(tuned.best), tuned.bestMean.toFixed(4), ''];
  const headings = ['', 'normalisation', 'weight of bm25', 'k1', 'b', `${measure} chosen on`, 'held out'];
  printTable(terminal, headings, [...rows, all]);
  const advice =
    tuned.estimate > standard
      ? `Tuning is worth ${(tuned.estimate - standard).toFixed(4)}.`
      : 'Keep the default: what tuning finds on some queries does not hold on others.';
  terminal.out(
    `\nExpect ${measure} ${tuned.estimate.toFixed(4)} on new queries of this kind; the default hybrid has ` +
      `${standard.toFixed(4)} here. ${advice}\n` +
      `(${tuned.bestMean.toFixed(4)} is too good: the choice has seen those queries.)\n`,
  );
}

function cells({ normalization, weight, k1, b }: HybridCandidate): string[] {
  return [normalization, weight.toFixed(1), k1.toFixed(1), b.toFixed(2)];
}
