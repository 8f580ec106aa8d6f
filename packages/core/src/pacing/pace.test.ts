import { expect, it } from 'vitest';
import { Pace } from './pace.js';
import { WorkingTurn } from './working-turn.js';

/** A turn whose time passes, and whose end comes, when the test says so. */
function turnByHand() {
  let time = 100;
  let waiting: (() => void)[] = [];
  const turn = new WorkingTurn({ now: () => time, next: () => new Promise((resolve) => waiting.push(resolve)) });
  return {
    turn,
    pass: (ms: number): void => {
      time += ms;
    },
    end: async (): Promise<void> => {
      const resolved = waiting;
      waiting = [];
      for (const resolve of resolved) {
        resolve();
        // Each of those who waited works until it waits again before the next one does, as after setImmediate.
        for (let at = 0; at < 5; at++) await Promise.resolve();
      }
    },
  };
}

it('is due once its slice is over, and not again right after a rest', async () => {
  const { turn, pass, end } = turnByHand();
  const pace = new Pace(undefined, turn);
  pass(5.9);
  expect(pace.due).toBe(false);
  pass(0.1);
  expect(pace.due).toBe(true);
  const rested = pace.rest();
  pass(50);
  await end();
  await rested;
  expect(pace.due).toBe(false);
});

it('counts what others took in the same turn, and nothing of the turn before', async () => {
  const { turn, pass, end } = turnByHand();
  new Pace(undefined, turn);
  pass(4);
  const second = new Pace(undefined, turn);
  pass(2);
  expect([second.due, new Pace(undefined, turn).due]).toEqual([true, true]);
  await end();
  expect(new Pace(undefined, turn).due).toBe(false);
});

it('has a slice of its own where several rest together', async () => {
  const { turn, pass, end } = turnByHand();
  const paces = [new Pace(undefined, turn), new Pace(undefined, turn)];
  const rests = paces.map(async (pace) => {
    await pace.rest();
    pass(5);
    return pace.due;
  });
  await end();
  expect(await Promise.all(rests)).toEqual([false, false]);
});

it('is not misled by a clock that goes back', () => {
  const { turn, pass } = turnByHand();
  new Pace(undefined, turn);
  pass(-90);
  const pace = new Pace(undefined, turn);
  pass(6);
  expect(pace.due).toBe(true);
});
