import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../peers/max_sim_peer.py', import.meta.url));

/** MaxSim over all documents by matrix products, in a Python process that stays: torch, one thread, and numpy. */
export async function startTorch(python, documents, queries) {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-max-sim-'));
  for (const [name, { offsets, vectors }] of Object.entries({ documents, queries })) {
    await writeFile(join(folder, `${name}.f32`), vectors.data);
    await writeFile(join(folder, `${name}.u32`), offsets);
  }
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  const arguments_ = [script, folder, String(documents.vectors.columns)];
  const child = spawn(python, arguments_, { stdio: ['pipe', 'pipe', 'inherit'], env });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => JSON.parse((await lines.next()).value);
  const { version, kinds } = await answer();
  return {
    version,
    kinds,
    search: (kind) => {
      child.stdin.write(`${JSON.stringify({ kind })}\n`);
      return answer();
    },
    close: async () => {
      child.stdin.end();
      await rm(folder, { recursive: true });
    },
  };
}
