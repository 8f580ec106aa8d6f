import { nodeDirectory } from '@sluice/files/node';
import type { Command } from 'commander';
import { exportCiffCollection } from 'sluice';
import { nonEmpty } from '../arguments.js';
import { type CommandContext, printJson } from '../command-context.js';
import { expectWritableFile, replaceFile } from '../replace-file.js';

interface ExportOptions {
  readonly out: string;
  readonly json?: boolean;
}

/** `sluice export ciff DIR --out FILE`. */
export function registerExport(program: Command, context: CommandContext): void {
  program
    .command('export')
    .description('write an index for other search engines')
    .command('ciff')
    .description('write the BM25 index in the Common Index File Format: Anserini, PISA, JASS, Terrier')
    .argument('<dir>', 'an index', nonEmpty)
    .requiredOption('-o, --out <file>', 'file to write', nonEmpty)
    .option('--json', 'print JSON')
    .action((folder: string, options: ExportOptions) => exportCiff(context, folder, options));
}

async function exportCiff(context: CommandContext, folder: string, { out, json }: ExportOptions): Promise<void> {
  const { signal, terminal } = context;
  await expectWritableFile(out);
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of exportCiffCollection(nodeDirectory(folder), { signal })) {
      bytes += piece.length;
      yield piece;
    }
  }
  await replaceFile(out, counted());
  if (json) printJson(context, { bytes });
  else terminal.out(`Wrote ${bytes.toLocaleString('en')} bytes to ${out}.\n`);
}
