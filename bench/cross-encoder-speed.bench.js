import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { shared as sharedFolder } from './collections.js';
import { mixedPairs } from './cross-encoder/pairs.js';
import { sentenceTransformersSystems, sluiceSystems, transformersJsSystems } from './cross-encoder/systems.js';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';
import { measureSystems } from './system-rounds.js';

/** Pairs that are scored before measuring, and whose logits are compared. */
const WARM_UP = 16;

/**
 * Pairs a second, and the delay of the main thread's event loop, beside sentence-transformers' CrossEncoder (torch) and
 * transformers.js 4 on the same model: the encoder in `--weights` (all-MiniLM-L6-v2 in safetensors) with a random head.
 * All have the same number of threads.
 *
 * In every round each system scores the same pairs, in turn; the first does so twice, and the difference is the noise.
 *
 *     pnpm bench cross-encoder-speed --weights FOLDER --python PATH [--rounds 5] [--pairs 480] [--threads N]
 *       [--peers FOLDER] [--shared ../shared] [--only NAME,NAME] [--torch float32,bfloat16]
 *
 * Torch in bfloat16 is for processors that have it: on others it takes many times longer than float32.
 */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      weights: { type: 'string' },
      python: { type: 'string', default: 'python3' },
      peers: { type: 'string', default: fileURLToPath(new URL('../plugins/transformers-js', import.meta.url)) },
      shared: { type: 'string', default: sharedFolder },
      rounds: { type: 'string', default: '5' },
      pairs: { type: 'string', default: '480' },
      threads: { type: 'string', default: String(availableParallelism()) },
      only: { type: 'string' },
      torch: { type: 'string', default: 'float32' },
    },
  });
  if (values.weights === undefined) {
    process.stderr.write('Say where all-MiniLM-L6-v2 is in safetensors: --weights FOLDER.\n');
    process.exitCode = 2;
    return;
  }
  const scratch = await mkdtemp(join(tmpdir(), 'sluice-cross-encoder-'));
  try {
    await measureIn(scratch, values);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function measureIn(scratch, { weights, python, peers, shared, rounds, pairs: count, threads, only, torch }) {
  const made = { folder: join(scratch, 'model'), threads: Number(threads) };
  const precisions = torch.split(',');
  const peer = await sentenceTransformersSystems({ python, weights: resolve(weights), precisions, ...made });
  const all = [
    ...(await sluiceSystems({ scratch, ...made })),
    ...peer,
    ...(await transformersJsSystems({ peers, ...made })),
  ];
  const wanted = only?.split(',');
  const systems = wanted ? all.filter(({ name }) => wanted.some((part) => name.includes(part))) : all;
  const pairs = await mixedPairs(shared, Number(count));
  const agreement = await compare(systems, pairs.slice(0, WARM_UP));
  const { rows, noise } = await measureSystems(systems, pairs, { rounds: Number(rounds), unit: 'pairs' });
  process.stdout.write(
    `${pairs.length} pairs in ${rounds} rounds, ${threads} threads; A/A noise ${(noise * 100).toFixed(1)}%\n`,
  );
  printTable(rows);
  for (const system of all) await system.close();
  const machine = describeMachine();
  await writeResults('cross-encoder-speed', {
    machine,
    rounds: Number(rounds),
    threads: made.threads,
    pairs: pairs.length,
    agreement,
    noise,
    systems: rows,
  });
}

/** The largest difference of each system's logits from the first system's: peers that read pairs otherwise are no peers. */
async function compare(systems, pairs) {
  const all = [];
  for (const { encode } of systems) all.push((await encode(pairs)).rows);
  const largest = all.map((rows) => Math.max(...pairs.map((_, at) => Math.abs(rows[at] - all[0][at]))));
  return Object.fromEntries(systems.map(({ name }, at) => [name, rounded(largest[at])]));
}
