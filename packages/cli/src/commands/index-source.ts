import type { Command } from 'commander';
import { type IndexSummary, indexDocuments, type NamedModel, openModel, readDocuments } from 'sluice';
import { wholeNumber } from '../arguments.js';
import { type CommandContext, printJson, withProgress } from '../command-context.js';
import { readPipelineFile } from '../pipeline-file.js';
import { replaceFolder } from '../replace-folder.js';

interface IndexOptions {
  readonly out: string;
  readonly model: string;
  readonly precision?: 'float32' | 'int8';
  readonly dimensions?: number;
  readonly pipeline?: string;
  readonly words: number;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `sluice index SOURCE --out DIR`. */
export function registerIndex(program: Command, context: CommandContext): void {
  program
    .command('index')
    .description('index a BEIR folder, a JSONL or MS MARCO TSV file, or a folder of .md, .txt and .html')
    .argument('<source>', 'folder or file')
    .requiredOption('-o, --out <dir>', 'folder to write the index to')
    .option('-m, --model <name>', "a model that ships, a model's folder, or 'none' for BM25 only", 'static')
    .option('--precision <kind>', 'float32 or int8 weights of a transformer')
    .option('--dimensions <count>', 'leading dimensions to keep', wholeNumber('dimensions'))
    .option('--pipeline <file>', 'YAML or JSON pipeline that searches this index by default')
    .option('--words <count>', 'words in a passage of .md, .txt and .html', wholeNumber('words'), 200)
    .option('--force', 'replace an index that is there')
    .option('--json', 'print JSON')
    .action((source: string, options: IndexOptions) => indexSource(context, source, options));
}

async function indexSource(context: CommandContext, source: string, options: IndexOptions): Promise<void> {
  const { signal, terminal } = context;
  const pipeline = options.pipeline === undefined ? undefined : await readPipelineFile(options.pipeline);
  const started = performance.now();
  const model = options.model === 'none' ? undefined : await openModel(options.model, widthOf(options));
  try {
    const documents = readDocuments(source, { maxWords: options.words, signal });
    const summary = await withProgress(context, (onProgress) =>
      replaceFolder(options.out, { replace: options.force === true }, (directory) =>
        indexDocuments(documents, directory, {
          ...modelOptions(model, options),
          ...(pipeline ? { pipeline } : {}),
          signal,
          onProgress,
        }),
      ),
    );
    const seconds = (performance.now() - started) / 1000;
    if (options.json) printJson(context, { ...summary, model: model?.name ?? null, seconds });
    else terminal.out(`${sentence(summary, options.out, seconds)}\n`);
  } finally {
    await model?.embedder.close?.();
  }
}

function widthOf({ precision, dimensions }: IndexOptions): { precision?: 'float32' | 'int8'; dimensions?: number } {
  return { ...(precision ? { precision } : {}), ...(dimensions === undefined ? {} : { dimensions }) };
}

function modelOptions(model: NamedModel | undefined, { precision }: IndexOptions) {
  return model ? { embedder: model.embedder, model: { name: model.name, precision } } : {};
}

function sentence({ documents, vectors }: IndexSummary, folder: string, seconds: number): string {
  const without = documents - vectors;
  const note = vectors === 0 || without === 0 ? '' : ` (${without} without a vector)`;
  return `Indexed ${documents} documents${note} into ${folder} in ${seconds.toFixed(1)} s.`;
}
