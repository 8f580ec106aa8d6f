import { expect, it } from 'vitest';
import { ModelRegistry } from './model-registry.js';

class Closable {
  closed = 0;
  async close(): Promise<void> {
    this.closed += 1;
  }
}

it('opens once, shares, and closes with the last user', async () => {
  const registry = new ModelRegistry<Closable>();
  let opened = 0;
  const open = async (): Promise<Closable> => {
    opened += 1;
    return new Closable();
  };
  const [one, other] = await Promise.all([registry.open('a', open), registry.open('a', open)]);
  expect(opened).toBe(1);
  expect(one.value).toBe(other.value);
  await one.release();
  await one.release();
  expect(one.value.closed).toBe(0);
  await other.release();
  expect(one.value.closed).toBe(1);
  expect(registry.keys).toEqual([]);
  await (await registry.open('a', open)).release();
  expect(opened).toBe(2);
});

it('forgets what failed to open', async () => {
  const registry = new ModelRegistry<Closable>();
  const failing = async (): Promise<Closable> => {
    throw new Error('no model');
  };
  const attempts = await Promise.allSettled([registry.open('a', failing), registry.open('a', failing)]);
  expect(attempts.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const { value } = await registry.open('a', async () => new Closable());
  expect(value.closed).toBe(0);
});
