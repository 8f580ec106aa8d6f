import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { colbertEmbedder, spladeEmbedder } from '@sluice/embedders';
import { shared as sharedFolder } from './collections.js';
import { abstracts } from './embed/texts.js';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';
import { spreadOf } from './rounds.js';

const script = fileURLToPath(new URL('peers/token_heads_peer.py', import.meta.url));

/**
 * Documents a second of SPLADE and ColBERT encoders on SciFact abstracts, beside sentence-transformers on torch. The
 * models are made for the occasion, of an encoder's weights and random heads: the work is a trained model's.
 *
 * In every round each system encodes the same texts, in turn; the first of each model does so twice, and the difference
 * is the noise. Processor time is what a busy machine can be compared by.
 *
 *     pnpm bench token-heads --weights FOLDER --python PATH [--rounds 5] [--documents 60] [--shared ../shared]
 */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '5' },
      documents: { type: 'string', default: '60' },
      shared: { type: 'string', default: sharedFolder },
      weights: { type: 'string' },
      python: { type: 'string' },
    },
  });
  if (!values.weights || !values.python) throw new Error('token-heads needs --weights and --python.');
  const rounds = Number(values.rounds);
  const texts = await abstracts(values.shared, Number(values.documents) * rounds);
  const machine = describeMachine();
  const folder = await mkdtemp(join(tmpdir(), 'sluice-token-heads-'));
  try {
    const peer = await openPeer({ ...values, folder });
    const tables = {};
    for (const model of ['splade', 'colbert']) {
      tables[model] = await measure([...(await ours(model, folder)), peer.system(model)], texts, rounds);
      process.stdout.write(`\n${model}: A/A noise ${(tables[model].noise * 100).toFixed(1)}%\n`);
      printTable(tables[model].systems);
    }
    peer.close();
    await writeResults('token-heads', { machine, rounds, texts: texts.length, ...tables });
  } finally {
    await rm(folder, { recursive: true });
  }
}

const openers = { splade: spladeEmbedder, colbert: colbertEmbedder };

async function ours(model, folder) {
  const systems = [];
  for (const precision of ['float32', 'int8']) {
    const options = { model: join(folder, model), precision, graphCache: join(folder, 'graphs') };
    const embedder = await openers[model](options);
    systems.push({
      name: `sluice ${precision}`,
      async encode(texts) {
        const [cpu, start] = [process.cpuUsage(), performance.now()];
        const { offsets } = await embedder.encodeDocuments(texts);
        const { user, system } = process.cpuUsage(cpu);
        const seconds = (performance.now() - start) / 1000;
        return { cpu: (user + system) / 1e6, seconds, entries: offsets.at(-1) };
      },
      close: () => embedder.close(),
    });
  }
  return systems;
}

async function openPeer({ python, weights, folder }) {
  const threads = String(availableParallelism());
  const child = spawn(python, [script, resolve(weights), folder, threads], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => JSON.parse((await lines.next()).value);
  const { library } = await answer();
  return {
    system: (model) => ({
      name: `sentence-transformers ${library}`,
      async encode(texts) {
        child.stdin.write(`${JSON.stringify({ model, texts })}\n`);
        return answer();
      },
      close: () => {},
    }),
    close: () => child.stdin.end(),
  };
}

async function measure(systems, texts, rounds) {
  const all = [...systems, { ...systems[0], name: 'A/A' }];
  const runs = new Map(all.map(({ name }) => [name, []]));
  const size = texts.length / rounds;
  for (const system of systems) await system.encode(texts.slice(0, 4));
  for (let round = 0; round < rounds; round++) {
    const part = texts.slice(round * size, (round + 1) * size);
    for (const { name, encode } of all) {
      const { cpu, seconds, entries } = await encode(part);
      runs.get(name).push({ cpu: (1000 * cpu) / size, rate: size / seconds, entries: entries / size });
    }
  }
  for (const { close } of systems) await close();
  const median = (name, what) => spreadOf(runs.get(name).map((one) => one[what])).median;
  const [first] = systems;
  return {
    systems: systems.map(({ name }) => ({
      system: name,
      'documents/s': rounded(median(name, 'rate')),
      'cpu ms': rounded(median(name, 'cpu')),
      'entries a document': rounded(median(name, 'entries'), 4),
    })),
    noise: rounded(Math.abs(median('A/A', 'cpu') / median(first.name, 'cpu') - 1)),
  };
}
