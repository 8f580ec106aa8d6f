import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FencedBlock } from './fenced-blocks.js';

const bin = fileURLToPath(new URL('../../packages/cli/bin/sluice.js', import.meta.url));
const run = promisify(execFile);

/** Runs a block as an ES module in a process of its own, and returns the lines that it printed. */
export async function runProgram({ text, line }: FencedBlock, folder: string): Promise<string[]> {
  const file = `${folder}/block-${line}.js`;
  await writeFile(file, text);
  const { stdout } = await run(process.execPath, [file], { cwd: folder });
  return stdout.split('\n');
}

/** What a program promises to print: the comments behind its calls of `console.log`. */
export function promisedLines({ text }: FencedBlock): string[] {
  return [...text.matchAll(/^\s*console\.log\(.*\); \/\/ (?<printed>.*)$/gm)].map(
    ({ groups }) => groups?.printed ?? '',
  );
}

/** The lines of a shell block that call the command, however it is reached there; others are for the reader. */
export function commandsOf({ text }: FencedBlock): string[] {
  const joined = text.replace(/\\\n/g, ' ').split('\n');
  return joined.flatMap((line) => /^(?:npx --no )?(?<command>sluice .*)$/.exec(line)?.groups?.command ?? []);
}

/** Runs a command line in a shell where `sluice` is the built command. Rejects when it fails. */
export async function runCommand(command: string, folder: string): Promise<string> {
  const script = `sluice() { "${process.execPath}" "${bin}" "$@"; }; set -o pipefail; ${command}`;
  return (await run('bash', ['-c', script], { cwd: folder })).stdout;
}
