import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * Indexes vectors with pyseismic-lsr (PyPI) in a Python process that stays, on one thread. The interpreter is
 * `$SLUICE_PYTHON`, or python3.
 *
 * @param documents a sparse matrix
 * @param queries a sparse matrix
 * @param options of the index, by the peer's names
 * @returns {Promise<{ version: string, seconds: number, bytes: number, ask: (search: { k: number, queryCut: number,
 *   heapFactor: number, rows?: boolean }) => Promise<{ milliseconds: number, rows: number[][] | null }>,
 *   close: () => Promise<void> } | undefined>} `undefined` where Python or pyseismic-lsr is missing
 */
export async function startSeismic(documents, queries, options = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  for (const [name, matrix] of Object.entries({ documents, queries })) {
    for (const part of ['offsets', 'indices', 'values']) await writeFile(join(folder, `${name}.${part}`), matrix[part]);
  }
  const script = fileURLToPath(new URL('seismic_peer.py', import.meta.url));
  const child = spawn(process.env.SLUICE_PYTHON ?? 'python3', [script, folder, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, RAYON_NUM_THREADS: '1', OMP_NUM_THREADS: '1' },
  });
  child.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextAnswer = async () => {
    for (;;) {
      const { value, done } = await lines.next();
      // The library reports its progress on the same stream.
      if (done || value.startsWith('{')) return done ? undefined : JSON.parse(value);
    }
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
    ...hello,
    ask: (search) => {
      child.stdin.write(`${JSON.stringify(search)}\n`);
      return nextAnswer();
    },
    close,
  };
}
