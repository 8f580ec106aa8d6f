import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { readStaticModel, staticEmbedder, transformerEmbedder } from '@sluice/embedders';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';
import { spreadOf } from './rounds.js';

const here = fileURLToPath(new URL('.', import.meta.url));
/** Texts that transformers.js is given at once, in the order in which they come: it has no batching of its own. */
const PEER_BATCH = 32;

/**
 * Documents a second and the delay of the main thread's event loop, beside transformers.js on the same model.
 *
 * In every round each system encodes the same texts, in turn. `abstracts` are SciFact's; `mixed` are queries of thirty
 * collections. transformers.js is measured where `--peer FOLDER` says that it is installed.
 *
 *     pnpm bench embed [--rounds 5] [--abstracts 64] [--mixed 512] [--shared ../shared] [--peer FOLDER]
 */
export async function run(args) {
  const options = {
    rounds: { type: 'string', default: '5' },
    abstracts: { type: 'string', default: '64' },
    mixed: { type: 'string', default: '512' },
    shared: { type: 'string', default: process.env.SLUICE_SHARED ?? resolve(here, '../../shared') },
    peer: { type: 'string' },
  };
  const { values } = parseArgs({ args, options });
  const rounds = Number(values.rounds);
  const machine = describeMachine();
  const sets = {
    abstracts: await abstracts(values.shared, rounds * Number(values.abstracts)),
    mixed: mixed(values.shared, rounds * Number(values.mixed)),
  };
  const systems = await openSystems(values.shared, values.peer);
  const tables = {};
  for (const [name, texts] of Object.entries(sets)) {
    tables[name] = await measure(systems, texts, rounds);
    process.stdout.write(`\n${name}: ${texts.length} texts in ${rounds} rounds\n`);
    printTable(tables[name]);
  }
  for (const system of systems) await system.close?.();
  await writeResults('embed', { machine, rounds, ...tables });
}

async function measure(systems, texts, rounds) {
  const rates = new Map(systems.map(({ name }) => [name, []]));
  const delays = new Map(systems.map(({ name }) => [name, { p99: [], max: [] }]));
  const size = texts.length / rounds;
  for (const { encode } of systems) await encode(texts.slice(0, Math.min(size, 16)));
  for (let round = 0; round < rounds; round++) {
    const part = texts.slice(round * size, (round + 1) * size);
    for (const { name, encode } of systems) {
      // A new one each time: a monitor that goes on after a pause counts the pause.
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      await turnLoop();
      const start = performance.now();
      await encode(part);
      const elapsed = performance.now() - start;
      await turnLoop();
      delay.disable();
      delays.get(name).p99.push(delay.percentile(99));
      delays.get(name).max.push(delay.max);
      rates.get(name).push((part.length * 1000) / elapsed);
    }
  }
  const first = spreadOf(rates.get(systems[0].name)).median;
  return systems.map(({ name }) => {
    const { median, low, high } = spreadOf(rates.get(name));
    return {
      system: name,
      'texts/s': rounded(median),
      low: rounded(low),
      high: rounded(high),
      'x first': rounded(median / first),
      'loop p99 ms': rounded(delayOf(spreadOf(delays.get(name).p99).median), 2),
      'loop max ms': rounded(delayOf(Math.max(...delays.get(name).max)), 2),
    };
  });
}

/** The monitor measures from one of its ticks to the next: it needs one before a standstill and one after. */
function turnLoop() {
  return new Promise((resolve) => setTimeout(resolve, 10));
}

/** Milliseconds beyond the monitor's own resolution, which it counts too. */
function delayOf(nanoseconds) {
  return Math.max(0, nanoseconds / 1e6 - 1);
}

async function openSystems(shared, peer) {
  const model = `${shared}/models/all-MiniLM-L6-v2`;
  const systems = [];
  for (const precision of ['float32', 'int8']) {
    systems.push(ours(`sluice ${precision}`, await transformerEmbedder({ model, precision })));
  }
  const shipped = resolve(here, '../packages/models/static');
  if (existsSync(`${shipped}/model.safetensors`)) {
    systems.push(ours('sluice static', staticEmbedder({ model: await readStaticModel(shipped) })));
  }
  if (peer) systems.push(...(await openPeer(peer, model)));
  return systems;
}

function ours(name, embedder) {
  return { name, encode: (texts) => embedder.encodeDocuments(texts), close: () => embedder.close?.() };
}

async function openPeer(folder, model) {
  const entry = createRequire(`${resolve(folder)}/package.json`).resolve('@huggingface/transformers');
  const { env, pipeline } = await import(pathToFileURL(entry.replace(/\.cjs$/, '.mjs')).href);
  env.allowRemoteModels = false;
  env.localModelPath = dirname(model);
  const systems = [];
  for (const dtype of ['fp32', 'q8']) {
    const extract = await pipeline('feature-extraction', 'all-MiniLM-L6-v2', { dtype, device: 'cpu' });
    systems.push({
      name: `transformers.js ${dtype}`,
      async encode(texts) {
        for (let start = 0; start < texts.length; start += PEER_BATCH) {
          await extract(texts.slice(start, start + PEER_BATCH), { pooling: 'mean', normalize: true });
        }
      },
      close: () => extract.dispose(),
    });
  }
  return systems;
}

async function abstracts(shared, count) {
  const texts = [];
  for await (const line of createInterface({ input: createReadStream(`${shared}/data/beir/scifact/corpus.jsonl`) })) {
    if (texts.length === count) break;
    const { title, text } = JSON.parse(line);
    texts.push(`${title} ${text}`);
  }
  return texts;
}

function mixed(shared, count) {
  const lines = gunzipSync(readFileSync(`${shared}/golden/bert-wordpiece/pairs.jsonl.gz`))
    .toString()
    .split('\n');
  const step = Math.floor(lines.length / count);
  return Array.from({ length: count }, (_, at) => JSON.parse(lines[at * step]).text);
}
