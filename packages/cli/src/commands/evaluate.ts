import { type Correction, experiment, formatComparison, openBeir } from '@sluice/evaluation';
import { type Command, Option } from 'commander';
import { commaList, wholeNumber } from '../arguments.js';
import { type CommandContext, withProgress } from '../command-context.js';
import { pipelinesOf, withMemoryCollection } from '../memory-collection.js';
import { type TableFormat, tableFormatOption } from '../table-format.js';

interface EvalOptions {
  readonly split: string;
  readonly pipeline: string[];
  readonly model: string;
  readonly precision?: 'float32' | 'int8';
  readonly cache?: string;
  readonly dimensions?: number;
  readonly measures: string[];
  readonly baseline?: string;
  readonly correction: Correction;
  readonly topK: number;
  readonly format: TableFormat;
  readonly json?: boolean;
}

/** `sluice eval FOLDER`. */
export function registerEvaluate(program: Command, context: CommandContext): void {
  program
    .command('eval')
    .description('index a BEIR folder in memory and measure pipelines on its judged queries')
    .argument('<folder>', 'with corpus.jsonl, queries.jsonl and qrels/')
    .option('--split <name>', 'judgements to use', 'test')
    .option('-p, --pipeline <names>', 'with commas: bm25, dense, hybrid, YAML or JSON files', commaList, [
      'bm25',
      'dense',
      'hybrid',
    ])
    .option('-m, --model <name>', "a model that ships, or a model's folder", 'static')
    .option('--precision <kind>', 'float32 or int8 weights of a transformer')
    .option('--cache <dir>', 'folder that remembers the vectors of a transformer')
    .option('--dimensions <count>', 'leading dimensions to keep', wholeNumber('dimensions'))
    .option('--measures <names...>', 'what to measure', ['nDCG@10', 'RR@10', 'R@100'])
    .option('--baseline <name>', 'pipeline that the others are tested against; the first when left out')
    .addOption(
      new Option('--correction <method>', 'for testing several pipelines')
        .choices(['holm', 'bonferroni', 'none'])
        .default('holm'),
    )
    .option('-k, --top-k <count>', 'documents for each query at most', wholeNumber('k'), 1000)
    .addOption(tableFormatOption())
    .option('--json', 'print JSON')
    .action((folder: string, options: EvalOptions) => evaluateFolder(context, folder, options));
}

async function evaluateFolder(context: CommandContext, folder: string, options: EvalOptions): Promise<void> {
  const { signal, terminal } = context;
  const { split, measures, correction, topK, pipeline, baseline = pipeline[0] } = options;
  const data = await openBeir(folder);
  const [qrels, queries] = [await data.qrels(split, { signal }), await data.queries(split, { signal })];
  const comparison = await withProgress(context, (onProgress) =>
    withMemoryCollection(
      { ...options, documents: data.documents({ signal }), signal, onProgress },
      async (collection) =>
        experiment({
          pipelines: await pipelinesOf(collection, pipeline),
          queries,
          qrels,
          measures,
          correction,
          topK,
          signal,
          onProgress,
          ...(baseline === undefined ? {} : { baseline }),
        }),
    ),
  );
  terminal.out(formatComparison(comparison, options.json ? 'json' : options.format));
}
