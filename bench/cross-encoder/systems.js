import { spawn } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { openPairModel } from '@sluice/inference';
import { quantizeModel } from 'sluice';

const script = fileURLToPath(new URL('../peers/cross_encoder_peer.py', import.meta.url));
/** Pairs that are given to transformers.js at once: it has no batching of its own. */
const BATCH = 32;

/**
 * What scores pairs: gives logits of the first of them, and the seconds where they are spent in another process.
 *
 * @typedef {{ name: string, encode: (pairs: [string, string][]) => Promise<{ rows?: Float32Array, cpu?: number,
 *   seconds?: number }>, close: () => Promise<void> }} System
 */

/**
 * sentence-transformers on torch, in a Python process that stays; it makes the model in `folder` first.
 *
 * @returns {Promise<System[]>}
 */
export async function sentenceTransformersSystems({ python, weights, folder, threads, precisions }) {
  const child = spawn(python, [script, weights, folder, String(threads)], { stdio: ['pipe', 'pipe', 'ignore'] });
  const failed = new Promise((_, reject) => child.on('error', reject));
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await Promise.race([lines.next(), failed]);
    if (done) throw new Error('The Python peer has ended: it needs sentence-transformers and onnx.');
    return JSON.parse(value);
  };
  const versions = await answer();
  return precisions.map((precision) => ({
    name: `sentence-transformers ${versions.library}, torch ${precision}`,
    async encode(pairs) {
      child.stdin.write(`${JSON.stringify({ precision, pairs })}\n`);
      const { cpu, seconds, first } = await answer();
      return { cpu, seconds, rows: Float32Array.from(first) };
    },
    close: async () => child.stdin.end(),
  }));
}

/**
 * This project's systems: the graph written from the weights, in float32 and int8, and the exported one.
 *
 * @returns {Promise<System[]>}
 */
export async function sluiceSystems({ folder, scratch, threads }) {
  const weightsOnly = join(scratch, 'weights');
  await cp(folder, weightsOnly, { recursive: true, filter: (file) => basename(file) !== 'onnx' });
  const { folder: small } = await quantizeModel({ model: weightsOnly, out: join(scratch, 'int8') });
  const graphCache = join(scratch, 'graphs');
  return [
    await ours('sluice float32, written graph', { model: weightsOnly, graphCache, threads }),
    await ours('sluice float32, exported graph', { model: folder, threads }),
    await ours('sluice int8, written graph', { model: small, precision: 'int8', threads }),
  ];
}

async function ours(name, options) {
  const model = await openPairModel(options);
  return {
    name,
    async encode(pairs) {
      const source = { unit: 'pairs', length: pairs.length, first: (at) => pairs[at][0], second: (at) => pairs[at][1] };
      return { rows: (await model.score(source)).logits.data };
    },
    close: () => model.close(),
  };
}

/**
 * transformers.js 4 on the exported graph, with pairs as they come and with pairs sorted by length before it.
 *
 * @returns {Promise<System[]>}
 */
export async function transformersJsSystems({ peers, folder, threads }) {
  const library = await load(peers);
  if (!library) return [];
  const { AutoModelForSequenceClassification, AutoTokenizer, env } = library;
  env.allowRemoteModels = false;
  env.localModelPath = dirname(folder);
  const options = { dtype: 'fp32', device: 'cpu', session_options: { intraOpNumThreads: threads } };
  const model = await AutoModelForSequenceClassification.from_pretrained(basename(folder), options);
  const tokenizer = await AutoTokenizer.from_pretrained(basename(folder));
  const system = (name, order) => ({
    name,
    encode: async (pairs) => ({ rows: await scored({ model, tokenizer }, pairs, order(pairs)) }),
    close: async () => {},
  });
  return [
    system('transformers.js fp32', (pairs) => [...pairs.keys()]),
    { ...system('transformers.js fp32, sorted by length', byLength), close: () => model.dispose() },
  ];
}

async function scored({ model, tokenizer }, pairs, order) {
  const rows = new Float32Array(pairs.length);
  for (let start = 0; start < order.length; start += BATCH) {
    const batch = order.slice(start, start + BATCH);
    const inputs = tokenizer(
      batch.map((at) => pairs[at][0]),
      { text_pair: batch.map((at) => pairs[at][1]), padding: true, truncation: true },
    );
    const { logits } = await model(inputs);
    batch.forEach((at, place) => {
      rows[at] = logits.data[place];
    });
  }
  return rows;
}

function byLength(pairs) {
  const lengths = pairs.map(([query, passage]) => query.length + passage.length);
  return [...pairs.keys()].sort((left, right) => lengths[right] - lengths[left]);
}

async function load(folder) {
  try {
    const entry = createRequire(`${resolve(folder)}/package.json`).resolve('@huggingface/transformers');
    return await import(pathToFileURL(entry.replace(/\.cjs$/, '.mjs')).href);
  } catch (error) {
    const advice = 'Install @huggingface/transformers in the folder for --peers.';
    process.stderr.write(`transformers.js is left out: ${error.code ?? error.message}. ${advice}\n`);
    return undefined;
  }
}
