import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../packages/cli/bin/sluice.js', import.meta.url));

/** How a command ended and what it wrote. */
export interface Ended {
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
}

/** The process, while it runs; `ended` resolves when it and its output are over. */
export interface SluiceProcess {
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Closes the reading end of its standard output. */
  readonly closeOutput: () => void;
  readonly ended: Promise<Ended>;
}

/** Starts the built command in a process of its own, as a shell would. Needs `npm run build`. */
export function startSluice(args: readonly string[], cwd: string): SluiceProcess {
  if (!existsSync(fileURLToPath(new URL('../dist/main.js', `file://${bin}`)))) {
    throw new Error('The command is not built. Run `pnpm run build` first.');
  }
  const child = spawn(process.execPath, [bin, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const written = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.err += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, ...written }));
  });
  return { kill: (signal) => void child.kill(signal), closeOutput: () => void child.stdout.destroy(), ended };
}

/** Runs it to its end. */
export function sluice(args: readonly string[], cwd: string): Promise<Ended> {
  return startSluice(args, cwd).ended;
}
