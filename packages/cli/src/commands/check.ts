import { isSluiceError, type SluiceError } from '@sluice/core';
import { nodeDirectory } from '@sluice/files/node';
import { repairStore, type StoreReport, verifyStore } from '@sluice/store';
import type { Command } from 'commander';
import { nonEmpty } from '../arguments.js';
import { type CommandContext, printJson, withProgress } from '../command-context.js';
import { exitCodes } from '../terminal/failure.js';
import { printTable } from '../terminal/table.js';

interface CheckOptions {
  readonly repair?: boolean;
  readonly json?: boolean;
}

/** `sluice check DIR`: reads everything and verifies every checksum. */
export function registerCheck(program: Command, context: CommandContext): void {
  program
    .command('check')
    .description('read an index whole and verify every checksum; exits with 3 when something is damaged')
    .argument('<dir>', 'an index', nonEmpty)
    .option('--repair', 'step back to the newest commit that is whole, giving up those after it')
    .option('--json', 'print JSON')
    .action((folder: string, options: CheckOptions) => check(context, folder, options));
}

async function check(context: CommandContext, folder: string, options: CheckOptions): Promise<void> {
  const { signal, terminal, outcome } = context;
  const directory = nodeDirectory(folder);
  const report = await withProgress(context, (onProgress) => verifyStore(directory, { signal, onProgress }));
  if (report.state === 'damaged' && !options.repair) outcome.exitCode = exitCodes.damaged;
  const repair = options.repair && report.state === 'damaged' ? await repairStore(directory, { signal }) : undefined;
  if (options.json) {
    const files = report.files.map(({ problem, ...file }) => ({
      ...file,
      ...(problem ? { problem: problem.message } : {}),
    }));
    printJson(context, { ...report, files, ...(repair ? { repair } : {}) });
    return;
  }
  printReport(context, report);
  if (repair) terminal.out(`Stepped back to commit ${repair.generation}; given up: ${repair.dropped.join(', ')}.\n`);
}

function printReport({ terminal }: CommandContext, report: StoreReport): void {
  printTable(
    terminal,
    ['file', 'commits', 'bytes', 'state'],
    report.files.map(({ name, generations, bytes, problem }) => [
      name,
      generations.join(' '),
      bytes.toLocaleString('en'),
      stateOf(problem),
    ]),
  );
  // A message is longer than a column is wide.
  const problems = report.files.flatMap(({ problem }) => (problem ? [`${whatHappened(problem)}\n`] : []));
  if (problems.length > 0) terminal.out(`\n${problems.join('')}`);
  const documents = report.documents === undefined ? '' : `, ${report.documents} documents`;
  terminal.out(`\nCommit ${report.generation}${documents}: ${report.state}.\n`);
  if (report.leftovers.length > 0) {
    terminal.out(`${report.leftovers.length} files belong to no commit; the next writer removes them.\n`);
  }
  if (report.state === 'damaged') terminal.out(adviceOf(report));
}

function stateOf(problem: SluiceError | undefined): string {
  if (!problem) return 'intact';
  return isSluiceError(problem, 'SLUICE_CORRUPT_FILE') ? 'damaged' : 'not readable';
}

/** Without its advice, which is to run this command. */
function whatHappened({ message, advice }: SluiceError): string {
  return message.slice(0, -advice.length).trim();
}

function adviceOf({ newestIntact }: StoreReport): string {
  if (newestIntact === undefined) return 'No commit is whole. Index the source again.\n';
  return `Commit ${newestIntact} is whole: --repair steps back to it. Or index the source again.\n`;
}
