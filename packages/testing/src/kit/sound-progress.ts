import type { OnProgress, Progress } from '@sluice/core';
import { expect } from 'vitest';

/** Fails unless progress is told in words, never falls within a phase, and ends no further than its total. */
export async function expectSoundProgress(call: (onProgress: OnProgress) => Promise<unknown>): Promise<void> {
  const doneBefore = new Map<string, number>();
  const told: Progress[] = [];
  await call((progress) => told.push(progress));
  for (const { phase, unit, done, total = Infinity } of told) {
    expect(phase, 'the phase has a name').toMatch(/\S/);
    expect(unit, 'the unit has a name').toMatch(/\S/);
    expect(done, `done, in '${phase}'`).toBeGreaterThanOrEqual(doneBefore.get(phase) ?? 0);
    expect(done, `done of ${total}, in '${phase}'`).toBeLessThanOrEqual(total);
    doneBefore.set(phase, done);
  }
  if (told.length > 0) await expectEndedByListener(call);
}

/** An error thrown while listening ends the work. */
async function expectEndedByListener(call: (onProgress: OnProgress) => Promise<unknown>): Promise<void> {
  const thrown = new Error('thrown while listening');
  const outcome = await call(() => {
    throw thrown;
  }).catch((error: unknown) => error);
  expect(outcome, 'an error thrown while listening ends the work').toBe(thrown);
}
