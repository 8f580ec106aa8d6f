import { open, rename, rm } from 'node:fs/promises';
import type { Ranking } from '@sluice/core';
import { type IdentifiedQuery, Run, readJsonlQueries, readMsmarcoQueries, trecLines } from '@sluice/evaluation';
import { type Command, Option } from 'commander';
import { openCollection } from 'sluice';
import { wholeNumber } from '../arguments.js';
import { type CommandContext, printJson, withProgress } from '../command-context.js';
import { pipelineChoice } from '../pipeline-file.js';

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
    .argument('<dir>', 'an index')
    .requiredOption('-q, --queries <file>', 'JSONL as in BEIR, or TSV of id and text')
    .requiredOption('-o, --out <file>', 'the run to write')
    .option('-k, --top-k <count>', 'documents for each query at most', wholeNumber('k'), 1000)
    .option('-p, --pipeline <name>', 'bm25, dense, hybrid, or a YAML or JSON file')
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
  const queries = await readQueries(options.queries, signal);
  const choice = options.pipeline === undefined ? undefined : await pipelineChoice(options.pipeline);
  const collection = await openCollection(folder, { signal, model: options.model });
  try {
    const pipeline = collection.pipeline(choice);
    const tag = options.tag ?? pipeline.name;
    const rankings = await withProgress(context, async (onProgress) => {
      const found: Ranking[] = [];
      for (let from = 0; from < queries.length; from += BATCH) {
        const batch = queries.slice(from, from + BATCH);
        found.push(...(await pipeline.retrieve(batch, { topK: options.topK, signal })));
        onProgress({ phase: 'searching', done: found.length, total: queries.length, unit: 'queries' });
      }
      return found;
    });
    const run = Run.fromRankings(rankings, queries, { tag });
    await writeWhole(options.out, trecLines(run, { strict: options.scores === 'strict' }));
    if (options.json) printJson(context, { run: options.out, tag, queries: queries.length, results: run.size });
    else terminal.out(`Wrote ${run.size} results of ${queries.length} queries to ${options.out}.\n`);
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

/** Written under another name first, so that a run is whole or not there. */
async function writeWhole(file: string, texts: Iterable<string>): Promise<void> {
  const partial = `${file}.partial`;
  const handle = await open(partial, 'w');
  try {
    for (const text of texts) await handle.write(text);
    await handle.close();
    await rename(partial, file);
  } catch (error) {
    await handle.close();
    await rm(partial, { force: true });
    throw error;
  }
}
