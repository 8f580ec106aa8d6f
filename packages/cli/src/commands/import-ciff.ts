import { readBytes } from '@sluice/evaluation';
import { isStoreFile } from '@sluice/store';
import type { Command } from 'commander';
import { importCiffCollection, readDocuments } from 'sluice';
import { nonEmpty } from '../arguments.js';
import { type CommandContext, printJson } from '../command-context.js';
import { replaceFolder } from '../replace-folder.js';

interface ImportOptions {
  readonly out: string;
  readonly documents?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `sluice import ciff FILE --out DIR`. */
export function registerImport(program: Command, context: CommandContext): void {
  program
    .command('import')
    .description('make an index of one that another search engine wrote')
    .command('ciff')
    .description("read a Common Index File, plain or gzip, whose terms are those of Lucene's English analyzer")
    .argument('<file>', 'the file', nonEmpty)
    .requiredOption('-o, --out <dir>', 'folder to write the index to', nonEmpty)
    .option('-d, --documents <source>', 'texts by id, as `sluice index` reads them; without it texts are empty')
    .option('--force', 'replace an index that is there')
    .option('--json', 'print JSON')
    .action((file: string, options: ImportOptions) => importCiff(context, file, options));
}

async function importCiff(context: CommandContext, file: string, options: ImportOptions): Promise<void> {
  const { signal, terminal } = context;
  const { out, documents, force, json } = options;
  const own = { replaces: force ? ('own' as const) : ('empty' as const), isOwn: isStoreFile };
  const texts = documents === undefined ? {} : { documents: readDocuments(documents, { signal }) };
  const summary = await replaceFolder(out, own, (directory) =>
    importCiffCollection(readBytes(file), directory, { name: file, signal, ...texts }),
  );
  if (json) printJson(context, summary);
  else terminal.out(`Imported ${summary.documents} documents into ${out}, ${summary.texts} with their texts.\n`);
}
