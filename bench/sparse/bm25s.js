import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * Starts bm25s (PyPI) in a Python process that stays, on terms that are analysed already. The interpreter is
 * `$SLUICE_PYTHON`, or python3.
 *
 * @returns {Promise<{ version: string, ask: (command: 'index' | 'batch' | 'single') => Promise<number>, close: () => Promise<void> } | undefined>}
 *   `undefined` where Python or bm25s is missing
 */
export async function startBm25s(sample) {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const file = join(folder, 'sample.json');
  await writeFile(file, JSON.stringify(sample));
  const script = fileURLToPath(new URL('bm25s_peer.py', import.meta.url));
  const environment = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', NUMBA_NUM_THREADS: '1' };
  const child = spawn(process.env.SLUICE_PYTHON ?? 'python3', [script, file], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: environment,
  });
  child.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextAnswer = async () => {
    const { value, done } = await lines.next();
    return done ? undefined : JSON.parse(value);
  };
  const close = async () => {
    child.stdin.end();
    await rm(folder, { recursive: true, force: true });
  };
  const hello = await nextAnswer();
  if (!hello) {
    await close();
    return undefined;
  }
  return {
    version: hello.version,
    ask: (command) => {
      child.stdin.write(`${command}\n`);
      return nextAnswer();
    },
    close,
  };
}
