import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { shared as sharedFolder } from './collections.js';
import { sentenceTransformersSystems } from './embed/sentence-transformers.js';
import { sluiceSystems } from './embed/systems.js';
import { abstracts, mixed } from './embed/texts.js';
import { transformersJsSystems } from './embed/transformers-js.js';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';
import { measureSystems } from './system-rounds.js';

/** Texts that are encoded before measuring, and whose rows are compared. */
const WARM_UP = 16;

/**
 * Documents a second on all cores, and the delay of the main thread's event loop, beside transformers.js 4 and
 * sentence-transformers on the same model.
 *
 * In every round each system encodes the same texts, in turn; the first does so twice, and the difference is the noise.
 * `abstracts` are SciFact's 5,183, `mixed` are 20,000 short texts; `--documents` takes that many of each instead.
 * `--weights` is a folder with all-MiniLM-L6-v2 in `model.safetensors`, for the graphs that are written here and for
 * Python; `--peers` one in which @huggingface/transformers is installed; `--python` an interpreter with
 * sentence-transformers.
 *
 *     pnpm bench embed [--rounds 5] [--documents N] [--sets abstracts,mixed] [--only NAME,NAME] [--shared ../shared]
 *       [--weights FOLDER] [--peers FOLDER] [--python PATH] [--batch-tokens 512]
 */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '5' },
      documents: { type: 'string' },
      sets: { type: 'string', default: 'abstracts,mixed' },
      only: { type: 'string' },
      shared: { type: 'string', default: sharedFolder },
      weights: { type: 'string' },
      peers: { type: 'string' },
      python: { type: 'string' },
      'batch-tokens': { type: 'string' },
    },
  });
  const machine = describeMachine();
  const rounds = Number(values.rounds);
  const systems = await openSystems(values);
  const agreement = await compare(systems, await abstracts(values.shared, WARM_UP));
  const tables = {};
  for (const name of values.sets.split(',')) {
    const texts = await textSets[name](values.shared, values.documents && Number(values.documents));
    const { rows, noise } = await measureSystems(systems, texts, { rounds, unit: 'texts' });
    tables[name] = { texts: texts.length, noise, systems: rows };
    process.stdout.write(
      `\n${name}: ${texts.length} texts in ${rounds} rounds; A/A noise ${(noise * 100).toFixed(1)}%\n`,
    );
    printTable(rows);
  }
  for (const system of systems) await system.close();
  await writeResults('embed', { machine, rounds, agreement, ...tables });
}

const textSets = {
  abstracts: (shared, count) => abstracts(shared, count ?? 5183),
  mixed: (shared, count) => mixed(shared, count ?? 20_000),
};

async function openSystems(values) {
  const model = `${values.shared}/models/all-MiniLM-L6-v2`;
  const weights = values.weights && resolve(values.weights);
  const maxBatchTokens = values['batch-tokens'] ? Number(values['batch-tokens']) : undefined;
  const systems = [
    ...(await sluiceSystems({ model, weights, ...(maxBatchTokens ? { maxBatchTokens } : {}) })),
    ...(await transformersJsSystems({ peers: values.peers, model })),
    ...(await sentenceTransformersSystems({ python: values.python, weights, threads: availableParallelism() })),
  ];
  const wanted = values.only?.split(',');
  return wanted ? systems.filter(({ name }) => wanted.some((part) => name.includes(part))) : systems;
}

/** The mean cosine of each system's rows with the first system's: peers that cut or pool otherwise are no peers. */
async function compare(systems, texts) {
  const all = [];
  for (const { encode } of systems) all.push((await encode(texts)).rows);
  const cosines = all.map((rows) => (rows.length === all[0].length ? meanCosine(rows, all[0], texts.length) : null));
  return Object.fromEntries(systems.map(({ name }, at) => [name, cosines[at] && rounded(cosines[at], 5)]));
}

function meanCosine(one, other, rows) {
  const columns = one.length / rows;
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const [a, b] = [one, other].map((matrix) => matrix.subarray(row * columns, (row + 1) * columns));
    sum += dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  }
  return sum / rows;
}

function dot(one, other) {
  return one.reduce((sum, value, at) => sum + value * other[at], 0);
}
