import { monitorEventLoopDelay } from 'node:perf_hooks';
import { rounded } from './results.js';
import { spreadOf } from './rounds.js';

/**
 * Measures systems side by side: in every round each does the same part of the items, in turn. The first does so twice
 * a round, and the difference is the noise.
 *
 * A system's `encode` gives `seconds` and `cpu`, both in seconds, where it works in another process.
 *
 * @param {readonly { name: string, encode: (items: unknown[]) => Promise<{ seconds?: number, cpu?: number }> }[]} systems
 * @param {readonly unknown[]} items
 * @param {{ rounds: number, unit: string }} options `unit` is what columns count
 */
export async function measureSystems(systems, items, { rounds, unit }) {
  const all = [...systems, { ...systems[0], name: 'A/A' }];
  const runs = new Map(all.map(({ name }) => [name, []]));
  const size = Math.floor(items.length / rounds);
  for (let round = 0; round < rounds; round++) {
    const part = items.slice(round * size, (round + 1) * size);
    for (const system of all) runs.get(system.name).push(await measureOnce(system, part));
  }
  const rate = (name) => spreadOf(runs.get(name).map(({ rate }) => rate)).median;
  const first = systems[0].name;
  return {
    rows: systems.map(({ name }) => rowOf(name, runs.get(name), { first: rate(first), unit })),
    noise: rounded(Math.abs(rate('A/A') / rate(first) - 1)),
  };
}

/** One system over one part of the items: items a second by the clock, by processor time, and the loop's delay. */
async function measureOnce({ encode }, items) {
  // A new one each time: a monitor that goes on after a pause counts the pause.
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await turnLoop();
  const before = process.cpuUsage();
  const start = performance.now();
  const elsewhere = await encode(items);
  const { user, system } = process.cpuUsage(before);
  const seconds = elsewhere.seconds ?? (performance.now() - start) / 1000;
  await turnLoop();
  delay.disable();
  const cpu = elsewhere.cpu ?? (user + system) / 1e6;
  return {
    rate: items.length / seconds,
    cpuRate: items.length / cpu,
    delay: elsewhere.cpu === undefined ? delayOf(delay) : undefined,
  };
}

function rowOf(name, runs, { first, unit }) {
  const { median, low, high } = spreadOf(runs.map(({ rate }) => rate));
  const delays = runs.flatMap(({ delay }) => delay ?? []);
  const shown = (values, summary) => (values.length > 0 ? rounded(summary(values), 2) : '');
  const middle = (values) => spreadOf(values).median;
  return {
    system: name,
    [`${unit}/s`]: rounded(median),
    low: rounded(low),
    high: rounded(high),
    'x first': rounded(median / first),
    [`${unit}/cpu s`]: rounded(spreadOf(runs.map(({ cpuRate }) => cpuRate)).median),
    'loop p50 ms': shown(
      delays.map(({ p50 }) => p50),
      middle,
    ),
    'loop p99 ms': shown(
      delays.map(({ p99 }) => p99),
      middle,
    ),
    'loop max ms': shown(
      delays.map(({ max }) => max),
      (values) => Math.max(...values),
    ),
  };
}

/** The monitor measures from one of its ticks to the next: it needs one before a standstill and one after. */
function turnLoop() {
  return new Promise((resolve) => setTimeout(resolve, 10));
}

/** Milliseconds beyond the monitor's own resolution, which it counts too. */
function delayOf(monitor) {
  const [p50, p99, max] = [monitor.percentile(50), monitor.percentile(99), monitor.max].map((nanoseconds) =>
    Math.max(0, nanoseconds / 1e6 - 1),
  );
  return { p50, p99, max };
}
