import { afterEach, expect, it, vi } from 'vitest';
import { paced, unpaced } from './paced.js';

function* spinning(steps: number, ms: number, atStep: (step: number) => void = () => {}): Generator<void, string> {
  for (let step = 0; step < steps; step++) {
    const end = performance.now() + ms;
    while (performance.now() < end);
    atStep(step);
    yield;
  }
  return 'done';
}

afterEach(() => void vi.unstubAllGlobals());

it.each([
  { where: 'Node', global: setImmediate },
  { where: 'browsers', global: undefined },
])('lets timers have their turn during long work in $where', async ({ global }) => {
  vi.stubGlobal('setImmediate', global);
  // Work of the test before would count as this turn's, and let timers go first.
  await new Promise((resolve) => setTimeout(resolve, 20));
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const seen: number[] = [];
  expect(await paced(spinning(10, 4, () => seen.push(turns)))).toBe('done');
  clearInterval(timer);
  expect(seen[0]).toBe(0);
  expect(seen.at(-1)).toBeGreaterThan(1);
});

it.each([{ steps: 0 }, { steps: 2 }])(
  'lets timers have their turn among many computations of $steps steps',
  async ({ steps }) => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    for (let at = 0; at < 20; at++) {
      await paced(spinning(steps, 1));
      const end = performance.now() + 1;
      while (performance.now() < end);
    }
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
  },
);

it('rests in time by a clock that replaces another, and by the old one after it', async () => {
  const rests = async (): Promise<number> => {
    let turns = 0;
    let isAtWork = true;
    const count = (): void => {
      turns++;
      if (isAtWork) setImmediate(count);
    };
    setImmediate(count);
    await paced(spinning(10, 4));
    isAtWork = false;
    return turns;
  };
  await paced(spinning(1, 0));
  let time = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
    time += 1;
    return time;
  });
  expect(await rests()).toBeGreaterThan(1);
  time = 1e9;
  await paced(spinning(1, 0));
  clock.mockRestore();
  expect(await rests()).toBeGreaterThan(1);
});

it('stops with the reason of the signal, before the first step and at the next rest', async () => {
  await expect(paced(spinning(1, 0), AbortSignal.abort(new Error('early')))).rejects.toThrow('early');
  const controller = new AbortController();
  let last = 0;
  const work = spinning(100, 4, (step) => {
    last = step;
    if (step === 1) controller.abort(new Error('enough'));
  });
  await expect(paced(work, controller.signal)).rejects.toThrow('enough');
  expect(last).toBeLessThan(10);
});

it('ends what it gives up, so that it can tidy', async () => {
  const controller = new AbortController();
  let isTidy = false;
  function* work(): Generator<void, void> {
    try {
      yield* spinning(100, 4, () => controller.abort(new Error('enough')));
    } finally {
      isTidy = true;
    }
  }
  await expect(paced(work(), controller.signal)).rejects.toThrow('enough');
  expect(isTidy).toBe(true);
});

it('runs at once where it is told to', () => {
  expect(unpaced(spinning(3, 0))).toBe('done');
});
