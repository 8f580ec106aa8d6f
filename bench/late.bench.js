import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shared as sharedFolder } from './collections.js';
import { projected } from './late/forms.js';
import { measureQuality } from './late/quality.js';
import { measureSpeed } from './late/speed.js';
import { tokenStates } from './late/token-states.js';
import { describeMachine } from './machine.js';
import { printTable, writeResults } from './results.js';

/**
 * Late interaction over token states of all-MiniLM-L6-v2, turned and cut to 128 numbers: not a trained ColBERT, which is
 * not at hand, but its shapes, and what MaxSim has to offer without training. Quality on XQuAD and SciFact (1,000
 * documents: the judged ones, and others at random), speed on the last beside torch and numpy.
 *
 * Token states are encoded once (25 documents a second and core) and kept in `--cache`.
 *
 *     pnpm bench late [--cache FOLDER] [--shared FOLDER] [--python PATH] [--documents 1000] [--queries 150]
 *       [--collections xquad-en,scifact] [--rounds 3]
 */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      cache: { type: 'string', default: join(tmpdir(), 'sluice-token-states') },
      shared: { type: 'string', default: sharedFolder },
      python: { type: 'string' },
      documents: { type: 'string', default: '1000' },
      queries: { type: 'string', default: '150' },
      collections: { type: 'string', default: 'xquad-en,scifact' },
      rounds: { type: 'string', default: '3' },
      width: { type: 'string', default: '128' },
    },
  });
  const machine = describeMachine();
  const [quality, width] = [{}, Number(values.width)];
  let speed;
  const collections = values.collections.split(',');
  for (const collection of collections) {
    const { shared, cache } = values;
    const data = await tokenStates({ shared, cache, collection, documents: Number(values.documents) });
    const vectors = await projected(data, width);
    quality[collection] = await measureQuality(data, vectors, Number(values.queries));
    process.stdout.write(`\n${collection}\n`);
    printTable(quality[collection].rows);
    if (collection !== collections.at(-1)) continue;
    const options = { python: values.python, rounds: Number(values.rounds) };
    speed = { collection, ...(await measureSpeed(data, vectors, options)) };
  }
  process.stdout.write(`\n${speed.collection}: A/A noise ${(speed.noise * 100).toFixed(1)}%\n`);
  printTable(speed.rows);
  await writeResults('late', { machine, model: 'all-MiniLM-L6-v2 token states', width, quality, speed });
}
