import { type Document, InvalidInputError, type OnProgress, type StageSpec } from '@sluice/core';
import { isStoreFile } from '@sluice/store';
import type { Command } from 'commander';
import { type IndexSummary, indexDocuments, type NamedModel, readDocuments, type SpladeModel } from 'sluice';
import { type FieldWeights, fieldsOption, nonEmpty, precisionOption, wholeNumber } from '../arguments.js';
import { type CommandContext, printJson, withProgress } from '../command-context.js';
import { type CollectionModels, expectPipelines, withModel, withSparse } from '../memory-collection.js';
import { namedAsOpened } from '../named-as-opened.js';
import { type AskedPipeline, askedPipeline } from '../pipeline-file.js';
import { replaceFolder } from '../replace-folder.js';
import { type OpenRerankers, withRerankers } from '../rerankers.js';
import { printable } from '../terminal/printable.js';

interface IndexOptions {
  readonly out: string;
  readonly model: string;
  readonly precision?: 'float32' | 'int8';
  readonly sparse?: string;
  readonly fields?: FieldWeights;
  readonly dimensions?: number;
  readonly rotate?: boolean;
  readonly pipeline?: string;
  readonly words: number;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** What is open while documents are indexed. */
interface OpenModels {
  readonly model: NamedModel | undefined;
  readonly sparse: SpladeModel | undefined;
}

/** How the work is stopped and watched. */
type IndexCall = { readonly signal: AbortSignal; readonly onProgress: OnProgress };

/** `sluice index SOURCE --out DIR`. */
export function registerIndex(program: Command, context: CommandContext): void {
  program
    .command('index')
    .description('index a BEIR folder, a JSONL or MS MARCO TSV file, or a folder of .md, .txt and .html')
    .argument('<source>', 'folder or file', nonEmpty)
    .requiredOption('-o, --out <dir>', 'folder to write the index to', nonEmpty)
    .option('-m, --model <name>', "a model that ships, a folder, org/name at a hub, or 'none' for BM25 only", 'static')
    .option('--sparse <name>', "a model with sparse vectors too: matryoshka-minilm, or a SPLADE model's folder")
    .addOption(fieldsOption())
    .addOption(precisionOption())
    .option('--dimensions <count>', 'leading dimensions to keep', wholeNumber('dimensions'))
    .option('--rotate', 'fit a rotation on the documents first, so that leading dimensions hold most')
    .option(
      '-p, --pipeline <name>',
      'what searches this index by default: bm25, dense, hybrid, with --sparse splade, lexical and threefold; or a file',
    )
    .option('--words <count>', 'words in a passage of .md, .txt and .html', wholeNumber('words'), 200)
    .option('--force', 'replace an index that is there')
    .option('--json', 'print JSON')
    .action((source: string, options: IndexOptions) => indexSource(context, source, options));
}

async function indexSource(context: CommandContext, source: string, options: IndexOptions): Promise<void> {
  const { signal, terminal } = context;
  const { fields } = options;
  const started = performance.now();
  const asked = options.pipeline === undefined ? undefined : await standardPipeline(options.pipeline);
  const work = async ({ model, sparse }: OpenModels, call: IndexCall) => {
    const standard = asked && (await checked(asked, { embedder: model?.embedder, sparse, fields }, call));
    const documents = expectSome(readDocuments(source, { maxWords: options.words, signal }), source);
    const own = { replaces: options.force ? ('own' as const) : ('empty' as const), isOwn: isStoreFile };
    const summary = await replaceFolder(options.out, own, (directory) =>
      indexDocuments(documents, directory, {
        ...modelOptions(model, options),
        sparse,
        ...(fields && { bm25: { fields } }),
        ...(standard && { pipeline: standard }),
        ...call,
      }),
    );
    return { summary, model: model?.name ?? null };
  };
  const { summary, model } = await withProgress(context, (onProgress) => {
    const call = { signal, onProgress };
    return withModel(
      atFullWidth(options),
      (opened) => withSparse(options.sparse, undefined, call, (sparse) => work({ model: opened, sparse }, call)),
      call,
    );
  });
  const seconds = (performance.now() - started) / 1000;
  for (const field of summary.emptyFields ?? []) {
    terminal.err(`--fields: no document has a word in the field '${printable(field)}'.\n`);
  }
  if (options.json) printJson(context, { ...summary, model, seconds });
  else terminal.out(`${sentence(summary, options.out, seconds)}\n`);
}

/** The collection keeps a spec, so a ready pipeline's name becomes one. */
async function standardPipeline(text: string): Promise<AskedPipeline & { readonly choice: StageSpec }> {
  const { choice, ...asked } = await askedPipeline(text);
  return { ...asked, choice: typeof choice === 'string' ? { type: choice } : choice };
}

/** As the collection keeps it: built once, so that a mistake is told before hours of indexing; its models are closed by then. */
function checked(
  asked: AskedPipeline & { readonly choice: StageSpec },
  sources: CollectionModels,
  call: IndexCall,
): Promise<StageSpec> {
  const work = async ({ models }: OpenRerankers): Promise<StageSpec> => {
    await expectPipelines([asked], { ...sources, ...models });
    return namedAsOpened(asked.choice, models);
  };
  return withRerankers({}, [asked], work, call);
}

/** An index of nothing is a wrong path more often than a wish. */
async function* expectSome(documents: AsyncIterable<Document>, source: string): AsyncGenerator<Document> {
  let first = true;
  for await (const document of documents) {
    first = false;
    yield document;
  }
  if (!first) return;
  const advice = 'Folders are searched for .md, .txt and .html files; check the path.';
  throw new InvalidInputError({ source }, 'there is no text in it', advice);
}

/** A rotation is fitted on whole vectors, and cut after it. */
function atFullWidth({ dimensions, ...options }: IndexOptions): IndexOptions {
  return options.rotate || dimensions === undefined ? options : { ...options, dimensions };
}

function modelOptions(model: NamedModel | undefined, { precision, rotate, dimensions }: IndexOptions) {
  if (!model) return {};
  const rotation = rotate ? { rotation: 'fit' as const, dimensions } : {};
  return { embedder: model.embedder, model: { name: model.name, precision }, ...rotation };
}

function sentence({ documents, vectors }: IndexSummary, folder: string, seconds: number): string {
  const without = documents - vectors;
  const note = vectors === 0 || without === 0 ? '' : ` (${without} without a vector)`;
  return `Indexed ${documents} documents${note} into ${folder} in ${seconds.toFixed(1)} s.`;
}
