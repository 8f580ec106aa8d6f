import { type Filter, InvalidInputError, type Pipeline, parseFilter, Trace, type TraceStep } from '@sluice/core';
import type { Command } from 'commander';
import { type Collection, type ExplainedScore, explainDocuments, openCollection, type Passage } from 'sluice';
import {
  nonEmpty,
  pipelineOption,
  rerankDepthOption,
  rerankOption,
  rerankWeightOption,
  wholeNumber,
} from '../arguments.js';
import { type CommandContext, printJson } from '../command-context.js';
import { hubFrom } from '../hub-environment.js';
import { answeringPipelines, askedPipeline, buildPipeline } from '../pipeline-file.js';
import { type RerankChoice, reranked, withRerankers } from '../rerankers.js';
import { printTable } from '../terminal/table.js';
import { wrapText } from '../terminal/wrap-text.js';
import { unknownFields } from '../unknown-fields.js';

/** Terms of a passage that are shown: a learned model gives a query a hundred. */
const SHOWN_TERMS = 12;

interface SearchOptions extends RerankChoice {
  readonly topK: number;
  readonly pipeline?: string;
  readonly model?: string;
  readonly filter?: string;
  readonly explain?: boolean;
  readonly json?: boolean;
}

/** `sluice search DIR QUERY...`. */
export function registerSearch(program: Command, context: CommandContext): void {
  program
    .command('search')
    .description('answer a query with passages')
    .argument('<dir>', 'an index', nonEmpty)
    .argument('<query...>', 'the query; several words are one query')
    .option('-k, --top-k <count>', 'passages at most', wholeNumber('k'), 10)
    .addOption(pipelineOption())
    .option('-m, --model <folder>', 'where the model of the index is now')
    .addOption(rerankOption())
    .addOption(rerankDepthOption())
    .addOption(rerankWeightOption())
    .option('--filter <json>', 'only documents whose metadata pass, such as \'{"eq":["path","a.md"]}\'')
    .option('--explain', 'show what each source and each term said, and the time of each stage')
    .option('--json', 'print JSON')
    .action((folder: string, words: string[], options: SearchOptions) => search(context, folder, words, options));
}

async function search(context: CommandContext, folder: string, words: string[], options: SearchOptions): Promise<void> {
  const { signal } = context;
  const query = readQuery(words);
  const filter = options.filter === undefined ? undefined : readFilter(options.filter);
  const asked = options.pipeline === undefined ? undefined : await askedPipeline(options.pipeline);
  await withRerankers(
    options,
    await answeringPipelines(folder, asked, { signal }),
    async ({ models, added }) => {
      const queryModel = { model: options.model, hub: hubFrom(process.env) };
      const collection = await openCollection(folder, { signal, ...queryModel, ...models });
      try {
        const chosen = asked && buildPipeline(collection, asked);
        const pipeline = added ? reranked(chosen ?? collection.pipeline(), added, options) : chosen;
        const trace = new Trace();
        if (filter) await warnOfFields(context, collection, filter);
        const passages = await collection.search(query, { topK: options.topK, pipeline, filter, signal, trace });
        const terms = options.explain ? await explained(collection, { pipeline, query, passages, signal }) : undefined;
        if (options.json) {
          printJson(context, terms ? { passages, terms, trace: trace.steps } : { passages });
          return;
        }
        printPassages(context, passages);
        if (terms) explain(context, { terms, passages, steps: trace.steps });
      } finally {
        await collection.close();
      }
    },
    { signal },
  );
}

function readQuery(words: readonly string[]): string {
  const query = words.join(' ').trim();
  if (query !== '') return query;
  throw new InvalidInputError({ source: 'query' }, 'it is empty', 'Say what to look for.');
}

function readFilter(text: string): Filter {
  try {
    return parseFilter(JSON.parse(text));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new InvalidInputError({ source: '--filter' }, 'it is not JSON', 'See docs/filters.md.', { cause });
  }
}

async function warnOfFields({ terminal, signal }: CommandContext, collection: Collection, filter: Filter) {
  for (const line of unknownFields(filter, await collection.fields({ signal }))) terminal.err(`${line}\n`);
}

function printPassages({ terminal }: CommandContext, passages: readonly Passage[]): void {
  if (passages.length === 0) terminal.out('Nothing was found.\n');
  for (const { rank, id, title, text, score, scale, metadata } of passages) {
    const heading = title === undefined ? id : `${title}  [${id}]`;
    const line = metadata && 'line' in metadata ? `:${metadata.line}` : '';
    const source = metadata && 'path' in metadata ? `\n   ${metadata.path}${line}` : '';
    terminal.out(`${rank}. ${heading}  ${score.toFixed(4)} ${scale}${source}\n`);
    terminal.out(`${wrapText(text, { width: terminal.width, indent: '   ', maxLines: 4 })}\n\n`);
  }
}

/** What each term said of a passage, source by source. */
interface ExplainedPassage {
  readonly id: string;
  readonly sources: readonly ExplainedScore[];
}

async function explained(
  collection: Collection,
  { pipeline, query, passages, signal }: ExplainedSearch,
): Promise<ExplainedPassage[]> {
  const ordinals = passages.map(({ id }) => collection.space.ordinalOf(id) ?? 0);
  const sources = await explainDocuments(collection.pipeline(pipeline), { text: query }, ordinals, { signal });
  return passages.map(({ id }, at) => ({ id, sources: sources[at] ?? [] }));
}

interface ExplainedSearch {
  readonly pipeline: Pipeline | undefined;
  readonly query: string;
  readonly passages: readonly Passage[];
  readonly signal: AbortSignal;
}

interface Explained {
  readonly terms: readonly ExplainedPassage[];
  readonly passages: readonly Passage[];
  readonly steps: readonly TraceStep[];
}

function explain({ terminal }: CommandContext, { terms, passages, steps }: Explained): void {
  const sources = [...new Set(passages.flatMap((passage) => Object.keys(passage.sources)))];
  terminal.out('Rank and score in each source:\n');
  printTable(
    terminal,
    ['', 'document', 'score', ...sources],
    passages.map(({ rank, id, score, sources: found }) => [
      `${rank}`,
      id,
      score.toFixed(4),
      ...sources.map((name) => cellOf(found[name])),
    ]),
  );
  for (const source of new Set(terms.flatMap((each) => each.sources.map((own) => own.source)))) {
    terminal.out(`\nWhat each term added to ${source}:\n`);
    printTable(
      terminal,
      ['', 'document', 'terms'],
      passages.map(({ rank, id }, at) => [`${rank}`, id, termsOf(terms[at], source)]),
    );
  }
  terminal.out('\nStages:\n');
  printTable(
    terminal,
    ['stage', 'in', 'out', 'ms'],
    steps.map(({ stage, input, output, durationMs }) => [
      stage,
      input ? `${input[0] ?? 0}` : '',
      `${output[0] ?? 0}`,
      durationMs.toFixed(2),
    ]),
  );
}

function cellOf(found: { readonly score: number; readonly rank?: number } | undefined): string {
  if (!found) return '-';
  return found.rank === undefined ? `${found.score.toFixed(4)}` : `#${found.rank} ${found.score.toFixed(4)}`;
}

function termsOf(passage: ExplainedPassage | undefined, source: string): string {
  const terms = passage?.sources.find((own) => own.source === source)?.terms ?? [];
  const written = terms.slice(0, SHOWN_TERMS).map(({ term, queryWeight, contribution }) => {
    const weight = queryWeight === 1 ? '' : `^${Number(queryWeight.toPrecision(3))}`;
    return `${term}${weight} ${contribution.toFixed(3)}`;
  });
  if (terms.length > written.length) written.push(`${terms.length - written.length} more`);
  return written.join(', ') || 'none';
}
