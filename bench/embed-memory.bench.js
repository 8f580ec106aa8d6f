import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';
import { spreadOf } from './rounds.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const runScript = promisify(execFile);

/**
 * glibc gives each thread an arena and keeps of each what is free at its end, up to a threshold that it raises to twice
 * the largest block that it ever gave back. Set from outside, the threshold stays.
 */
const settings = [
  { name: 'thread', isolation: 'thread', env: {} },
  { name: 'thread, MALLOC_ARENA_MAX=1', isolation: 'thread', env: { MALLOC_ARENA_MAX: '1' } },
  { name: 'thread, MALLOC_TRIM_THRESHOLD_=131072', isolation: 'thread', env: { MALLOC_TRIM_THRESHOLD_: '131072' } },
  { name: 'process', isolation: 'process', env: {} },
];

/**
 * Resident memory of a process that opens a model, encodes 64 texts, and closes it, 20 times over.
 *
 * `growth` is the median of the last quarter of the cycles over that of the first quarter.
 *
 *     pnpm bench embed-memory [--cycles 20] [--only NAME] [--shared ../shared]
 */
export async function run(args) {
  const options = {
    cycles: { type: 'string', default: '20' },
    only: { type: 'string', default: '' },
    shared: { type: 'string', default: process.env.SLUICE_SHARED ?? resolve(here, '../../shared') },
  };
  const { values } = parseArgs({ args, options });
  const machine = describeMachine();
  const model = `${values.shared}/models/all-MiniLM-L6-v2`;
  const table = [];
  const series = {};
  for (const { name, isolation, env } of settings.filter(({ name }) => name.includes(values.only))) {
    const script = ['--expose-gc', `${here}embed/open-close-cycles.js`, model, isolation, values.cycles];
    const { stdout } = await runScript(process.execPath, script, { env: { ...process.env, ...env } });
    const { start, open, closed } = JSON.parse(stdout);
    const quarter = Math.max(1, Math.floor(closed.length / 4));
    const [first, last] = [closed.slice(0, quarter), closed.slice(-quarter)].map((part) => spreadOf(part).median);
    table.push({
      worker: name,
      'start MiB': start,
      'open MiB': spreadOf(open).median,
      'closed once MiB': closed[0],
      [`closed ${closed.length} times MiB`]: closed.at(-1),
      growth: rounded(last / first),
    });
    series[name] = { open, closed };
    process.stdout.write(`${name}: ${closed.join(' ')}\n`);
  }
  printTable(table);
  await writeResults('embed-memory', { machine, table, series });
}
