import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../peers/sentence_transformers_peer.py', import.meta.url));

/**
 * sentence-transformers on torch, in a Python process that stays, in float32 and bfloat16. None without `python`.
 *
 * @returns {Promise<import('./systems.js').System[]>}
 */
export async function sentenceTransformersSystems({ python, weights, threads }) {
  if (!python) return [];
  if (!weights) {
    process.stderr.write('sentence-transformers is left out: it needs --weights.\n');
    return [];
  }
  const child = spawn(python, [script, weights, String(threads)], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.on('error', (error) => process.stderr.write(`sentence-transformers is left out: ${error.message}\n`));
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    return done ? undefined : JSON.parse(value);
  };
  const versions = await answer();
  if (!versions) return [];
  return ['float32', 'bfloat16'].map((precision) => ({
    name: `sentence-transformers ${versions.library}, torch ${precision}`,
    async encode(texts) {
      child.stdin.write(`${JSON.stringify({ precision, texts })}\n`);
      const { cpu, seconds, first } = (await answer()) ?? {};
      return { cpu, seconds, rows: Float32Array.from(first ?? []) };
    },
    close: async () => child.stdin.end(),
  }));
}
