import { readFile, rm } from 'node:fs/promises';
import { openBeir } from '@sluice/evaluation';
import { cosineAdapterToJson, mapFamilies } from '@sluice/rerankers';
import { type Command, Option } from 'commander';
import { type AdapterReport, learnAdapter } from '../adapter/learn-adapter.js';
import { readPairs } from '../adapter/read-pairs.js';
import { precisionOption, shareOf, wholeNumber } from '../arguments.js';
import { type CommandContext, printJson, withProgress } from '../command-context.js';
import { judgedLists } from '../cutoff/judged-lists.js';
import { withMemoryCollection } from '../memory-collection.js';
import { expectWritableFile, replaceFile } from '../replace-file.js';
import { printTable } from '../terminal/table.js';

interface TrainOptions {
  readonly split: string;
  readonly pairs?: string;
  readonly model: string;
  readonly precision?: 'float32' | 'int8';
  readonly cache?: string;
  readonly depth: number;
  readonly rel: number;
  readonly recall: number;
  readonly family: (typeof mapFamilies)[number];
  readonly hidden: number;
  readonly epochs: number;
  readonly seed: number;
  readonly out: string;
  readonly json?: boolean;
}

/** `sluice train cosine-adapter FOLDER`. */
export function registerTrainCosineAdapter(train: Command, context: CommandContext): void {
  train
    .command('cosine-adapter')
    .description("learn how a query's vector bends its cosines so that one threshold fits all queries")
    .argument('<folder>', 'with corpus.jsonl, queries.jsonl and qrels/')
    .requiredOption('-o, --out <file>', 'where the adapter is written, as JSON')
    .option('--split <name>', 'judgements to learn from; not those that you will report', 'train')
    .option('--pairs <file>', 'learn from lines of a query, a tab and the id of a document, such as clicks, instead')
    .option('-m, --model <name>', "a model that ships, or a model's folder", 'static')
    .addOption(precisionOption())
    .option('--cache <dir>', 'folder that remembers the vectors of a transformer')
    .option('--depth <count>', 'candidates of each query', wholeNumber('depth'), 100)
    .option('--rel <grade>', 'least grade that counts as relevant', wholeNumber('rel'), 1)
    .option('--recall <share>', 'of the relevant candidates that the threshold is chosen to keep', shareOf, 0.95)
    .addOption(new Option('--family <name>', 'the map from cosine to logit').choices([...mapFamilies]).default('sqrt'))
    .option('--hidden <count>', 'width of the network', wholeNumber('hidden'), 64)
    .option('--epochs <count>', 'passes at most', wholeNumber('epochs'), 60)
    .option('--seed <number>', 'decides which queries teach, choose and judge', wholeNumber('seed'), 1)
    .option('--json', 'print JSON')
    .action((folder: string, options: TrainOptions) => trainAdapter(context, folder, options));
}

async function trainAdapter(context: CommandContext, folder: string, options: TrainOptions): Promise<void> {
  const { signal } = context;
  const { split, pairs, depth, rel, recall, family, hidden, epochs, seed, out } = options;
  await expectWritableFile(out);
  const checkpoint = `${out}.checkpoint`;
  const data = await openBeir(folder);
  const { queries, qrels } =
    pairs === undefined
      ? { qrels: await data.qrels(split, { signal }), queries: await data.queries(split, { signal }) }
      : await readPairs(pairs);
  const { model, report } = await withProgress(context, (onProgress) => {
    const call = { signal, onProgress };
    return withMemoryCollection({ ...options, documents: data.documents({ signal }), ...call }, async (collection) => {
      const lists = await judgedLists(collection, { queries, qrels, depth, rel, ...call });
      const saved = await readJson(checkpoint);
      const settings = { family, hidden, epochs, seed, targetRecall: recall };
      return learnAdapter(lists, settings, {
        ...call,
        saved,
        save: (state) => replaceFile(checkpoint, [JSON.stringify(state)]),
      });
    });
  });
  await replaceFile(out, [`${JSON.stringify(cosineAdapterToJson(model))}\n`]);
  await rm(checkpoint, { force: true });
  if (options.json) printJson(context, { collection: data.name, family, hidden, seed, ...report });
  else print(context, report, out);
}

/** What an interrupted run left behind, if it is there. */
async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (absent || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function print({ terminal }: CommandContext, report: AdapterReport, out: string): void {
  const { queries, prAuc, recall, precision, empty, threshold, epochs } = report;
  const rows = [
    ['cosine adapter', prAuc.adapted.toFixed(4)],
    ['cosine as it is', prAuc.raw.toFixed(4)],
    ['z-score', prAuc.zScore.toFixed(4)],
    ['list adapter, shipped', prAuc.shipped.toFixed(4)],
  ];
  printTable(terminal, ['', `PR AUC, ${queries.test} queries`], rows);
  terminal.out(
    `\n${queries.train} queries taught it in ${epochs.made} passes, of which ${bestOf(epochs)}; ` +
      `${queries.threshold} others chose the threshold ${threshold.toFixed(3)}. On the ${queries.test} of the table it kept ` +
      `${recall.toFixed(3)} of the relevant candidates at a precision of ${precision.toFixed(3)}; ` +
      `${(100 * empty).toFixed(1)}% of the queries kept nothing.\n`,
  );
  const best = Math.max(prAuc.raw, prAuc.zScore, prAuc.shipped);
  if (prAuc.adapted <= best) {
    terminal.out('\nSomething that needs no training is as good here: compare them all with sluice cutoff.\n');
  }
  terminal.out(`\nWritten to ${out}. Use it in a pipeline file: { type: cosineAdapter, file: ${out} }\n`);
}

/** An adapter that starts from the fit for all queries may never get beyond it: a few hundred queries teach little. */
function bestOf({ best }: AdapterReport['epochs']): string {
  return best === 0 ? 'none was better than one map for all queries, which is kept' : `pass ${best} was best`;
}
