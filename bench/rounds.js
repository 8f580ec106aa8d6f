/**
 * Measures cases side by side: in every round each runs once, in turn, so that a slow minute of the machine is shared
 * by all. The first case runs twice a round; the difference of the two is the noise.
 *
 * @param {readonly { name: string, run: () => unknown }[]} cases a promise is waited for
 * @param {{ rounds?: number, warmUps?: number }} options
 * @returns {Promise<{ milliseconds: Map<string, { median: number, low: number, high: number }>, noise: number }>}
 *   `low` and `high` are the 10th and 90th percentile; `noise` is |A/A' - 1| of the medians
 */
export async function measureInRounds(cases, { rounds = 15, warmUps = 3 } = {}) {
  const again = { name: 'A/A', run: cases[0].run };
  const all = [...cases, again];
  const times = new Map(all.map(({ name }) => [name, []]));
  for (let round = -warmUps; round < rounds; round++) {
    for (const { name, run } of all) {
      const start = performance.now();
      await run();
      const elapsed = performance.now() - start;
      if (round >= 0) times.get(name).push(elapsed);
    }
  }
  const milliseconds = new Map([...times].map(([name, list]) => [name, spreadOf(list)]));
  const noise = Math.abs(milliseconds.get(cases[0].name).median / milliseconds.get('A/A').median - 1);
  milliseconds.delete('A/A');
  return { milliseconds, noise };
}

/** @param {readonly number[]} values */
export function spreadOf(values) {
  const sorted = values.toSorted((left, right) => left - right);
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  return { median: at(0.5), low: at(0.1), high: at(0.9) };
}
