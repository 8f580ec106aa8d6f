import { InvalidOptionsError, type Retriever } from '@sluice/core';
import {
  type Comparison,
  type Correction,
  experiment,
  formatComparison,
  openBeir,
  parseMeasures,
} from '@sluice/evaluation';
import type { Command } from 'commander';
import {
  commaList,
  correctionOption,
  type FieldWeights,
  fieldsOption,
  measuresOption,
  precisionOption,
  rerankDepthOption,
  rerankOption,
  rerankWeightOption,
  sparseOption,
  standardMeasures,
  testOption,
  wholeNumber,
} from '../arguments.js';
import { type CommandContext, withProgress } from '../command-context.js';
import { pipelinesOf, withMemoryCollection } from '../memory-collection.js';
import { type AskedPipeline, askedPipelines } from '../pipeline-file.js';
import { type AddedReranker, type RerankChoice, reranked, withRerankers } from '../rerankers.js';
import { type TableFormat, tableFormatOption } from '../table-format.js';

interface EvalOptions extends RerankChoice {
  readonly split: string;
  readonly pipeline: string[];
  readonly model: string;
  readonly sparse?: string;
  readonly fields?: FieldWeights;
  readonly precision?: 'float32' | 'int8';
  readonly cache?: string;
  readonly dimensions?: number;
  readonly measures?: readonly string[];
  readonly baseline?: string;
  readonly test: Comparison['test'];
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
    .option(
      '-p, --pipeline <names>',
      'with commas: bm25, dense, hybrid, with --sparse splade, lexical and threefold; YAML or JSON files',
      commaList,
      ['bm25', 'dense', 'hybrid'],
    )
    .option('-m, --model <name>', "a model that ships, or a model's folder", 'static')
    .addOption(sparseOption())
    .addOption(fieldsOption())
    .addOption(precisionOption())
    .option('--cache <dir>', 'folder that remembers the vectors of a transformer')
    .option('--dimensions <count>', 'leading dimensions to keep', wholeNumber('dimensions'))
    .addOption(rerankOption())
    .addOption(rerankDepthOption())
    .addOption(rerankWeightOption())
    .addOption(measuresOption('--measures <names>', standardMeasures.join(', ')))
    .option('--baseline <name>', 'pipeline that the others are tested against; the first when left out')
    .addOption(testOption())
    .addOption(correctionOption())
    .option('-k, --top-k <count>', 'documents for each query at most', wholeNumber('k'), 1000)
    .addOption(tableFormatOption())
    .option('--json', 'print JSON')
    .action((folder: string, options: EvalOptions) => evaluateFolder(context, folder, options));
}

async function evaluateFolder(context: CommandContext, folder: string, options: EvalOptions): Promise<void> {
  const { signal, terminal } = context;
  const { split, measures = standardMeasures, test, correction, topK } = options;
  parseMeasures(measures);
  const pipelines = await askedPipelines(options.pipeline);
  const baseline = baselineOf(pipelines, options.baseline);
  const data = await openBeir(folder);
  const [qrels, queries] = [await data.qrels(split, { signal }), await data.queries(split, { signal })];
  const comparison = await withProgress(context, (onProgress) => {
    const call = { signal, onProgress };
    const measured = { queries, qrels, measures, test, correction, topK, ...baseline, ...call };
    return withRerankers(
      options,
      pipelines,
      ({ models, added }) => {
        const source = { ...options, ...models, pipelines, documents: data.documents({ signal }), ...call };
        return withMemoryCollection(source, (collection) => {
          const rows = pipelinesOf(collection, pipelines);
          return experiment({
            ...measured,
            pipelines: added ? { ...rows, ...rerankedRows(rows, added, options) } : rows,
          });
        });
      },
      call,
    );
  });
  terminal.out(formatComparison(comparison, options.json ? 'json' : options.format));
}

/** Each pipeline once more, reranked, under its name and the reranker's. */
function rerankedRows(
  rows: Readonly<Record<string, Retriever>>,
  added: AddedReranker,
  choice: RerankChoice,
): Record<string, Retriever> {
  return Object.fromEntries(
    Object.entries(rows).map(([name, source]) => [`${name} + ${added.reranker.name}`, reranked(source, added, choice)]),
  );
}

/** The baseline's row: the first pipeline, or the one that was named as in `--pipeline`. */
function baselineOf(pipelines: readonly AskedPipeline[], asked: string | undefined): { readonly baseline?: string } {
  const names = pipelines.map(({ name }) => name);
  const baseline = asked === undefined ? names[0] : (pipelines.find(({ file }) => file === asked)?.name ?? asked);
  if (baseline === undefined || names.includes(baseline)) return baseline === undefined ? {} : { baseline };
  const message = `'${baseline}' is not one of the pipelines ${names.join(', ')}`;
  throw new InvalidOptionsError({ owner: 'eval', issues: [{ path: 'baseline', message }] });
}
