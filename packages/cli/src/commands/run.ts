import type { Ranking } from '@sluice/core';
import { type IdentifiedQuery, Run, readJsonlQueries, readMsmarcoQueries, trecLines } from '@sluice/evaluation';
import { type Command, Option } from 'commander';
import { openCollection } from 'sluice';
import { nonEmpty, pipelineOption, wholeNumber } from '../arguments.js';
import { type CommandContext, printJson, withProgress } from '../command-context.js';
import { hubFrom } from '../hub-environment.js';
import { type AskedPipeline, answeringPipelines, askedPipeline, buildPipeline } from '../pipeline-file.js';
import { expectWritableFile, replaceFile } from '../replace-file.js';
import { type OpenRerankers, type RerankerModels, withRerankers } from '../rerankers.js';

interface RunOptions {
  readonly queries: string;
  readonly out: string;
  readonly topK: number;
  readonly pipeline?: string;
  readonly model?: string;
  readonly tag?: string;
  readonly scores: 'strict' | 'as-is';
  readonly json?: boolean;
}

const BATCH = 256;

/** `sluice run DIR --queries FILE --out RUN.trec`. */
export function registerRun(program: Command, context: CommandContext): void {
  program
    .command('run')
    .description('answer a file of queries and write a TREC run')
    .argument('<dir>', 'an index', nonEmpty)
    .requiredOption('-q, --queries <file>', 'JSONL as in BEIR, or TSV of id and text')
    .requiredOption('-o, --out <file>', 'the run to write', nonEmpty)
    .option('-k, --top-k <count>', 'documents for each query at most', wholeNumber('k'), 1000)
    .addOption(pipelineOption())
    .option('-m, --model <folder>', 'where the model of the index is now')
    .option('--tag <name>', "the run's last column; the pipeline's name when left out")
    .addOption(
      new Option(
        '--scores <form>',
        "'strict' lowers equal scores by the least step, so that sorting again changes nothing",
      )
        .choices(['strict', 'as-is'])
        .default('strict'),
    )
    .option('--json', 'print JSON')
    .action((folder: string, options: RunOptions) => writeRun(context, folder, options));
}

async function writeRun(context: CommandContext, folder: string, options: RunOptions): Promise<void> {
  const { signal, terminal } = context;
  await expectWritableFile(options.out);
  const asked = options.pipeline === undefined ? undefined : await askedPipeline(options.pipeline);
  const queries = await readQueries(options.queries, signal);
  const answer = ({ models }: OpenRerankers): Promise<Run> =>
    answered(context, folder, { options, asked, queries, models });
  const run = await withRerankers({}, await answeringPipelines(folder, asked, { signal }), answer, { signal });
  await replaceFile(options.out, trecLines(run, { strict: options.scores === 'strict' }));
  if (options.json) printJson(context, { run: options.out, tag: run.tag, queries: queries.length, results: run.size });
  else terminal.out(`Wrote ${run.size} results of ${queries.length} queries to ${options.out}.\n`);
}

/** What answers which queries, with the models that it reranks with. */
interface Asked {
  readonly options: RunOptions;
  readonly asked: AskedPipeline | undefined;
  readonly queries: readonly IdentifiedQuery[];
  readonly models: RerankerModels;
}

async function answered(
  context: CommandContext,
  folder: string,
  { options, asked, queries, models }: Asked,
): Promise<Run> {
  const { signal } = context;
  const queryModel = { model: options.model, hub: hubFrom(process.env) };
  const collection = await openCollection(folder, { signal, ...queryModel, ...models });
  try {
    const pipeline = asked ? buildPipeline(collection, asked) : collection.pipeline();
    const rankings = await withProgress(context, async (onProgress) => {
      const found: Ranking[] = [];
      for (let from = 0; from < queries.length; from += BATCH) {
        const batch = queries.slice(from, from + BATCH);
        found.push(...(await pipeline.retrieve(batch, { topK: options.topK, signal })));
        onProgress({ phase: 'searching', done: found.length, total: queries.length, unit: 'queries' });
      }
      return found;
    });
    return Run.fromRankings(rankings, queries, { tag: options.tag ?? asked?.name ?? pipeline.name });
  } finally {
    await collection.close();
  }
}

async function readQueries(file: string, signal: AbortSignal): Promise<IdentifiedQuery[]> {
  const read = /\.tsv(\.gz)?$/i.test(file) ? readMsmarcoQueries : readJsonlQueries;
  const queries: IdentifiedQuery[] = [];
  for await (const query of read(file, { signal })) queries.push(query);
  return queries;
}
