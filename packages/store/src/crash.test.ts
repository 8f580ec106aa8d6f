import { isSluiceError } from '@sluice/core';
import { type Directory, type Fault, type FaultDirectory, faultDirectory, type Survivors } from '@sluice/files';
import { describe, expect, it } from 'vitest';
import { verifyStore } from './checking/verify-store.js';
import { commitSegment, readAll, SAMPLE, sampleIndex } from './sample.fixture.js';
import { openStoreWriter } from './writing/open-store-writer.js';

/** How many of the sample's documents each commit of the story holds. */
const DOCUMENTS = [0, 2, 3, 4];

/** Three commits by two writers, the last one with a part replaced. Calls `acknowledge` with each that resolves. */
async function story(directory: Directory, acknowledge: (generation: number) => void): Promise<void> {
  acknowledge(await commitSegment(directory, SAMPLE.slice(0, 2)));
  const writer = await openStoreWriter(directory);
  try {
    for (const at of [2, 3]) {
      const segment = await writer.addSegment();
      await segment.add(SAMPLE.slice(at, at + 1));
      await writer.segments[0]?.attach('sample', sampleIndex(at), { fingerprint: 'sample-1' });
      acknowledge(await writer.commit());
    }
  } finally {
    await writer.close();
  }
}

/** Runs the story into the fault and returns the last commit that was acknowledged. */
async function interrupted(directory: Directory): Promise<number> {
  let acknowledged = 0;
  const outcome = await story(directory, (generation) => {
    acknowledged = generation;
  }).catch((error: unknown) => error);
  if (outcome !== undefined && !isSluiceError(outcome)) throw outcome;
  return acknowledged;
}

async function expectWhole(directory: Directory, acknowledged: number, why: string): Promise<number> {
  const names = await directory.list();
  if (!names.some((name) => name.startsWith('manifest-'))) {
    expect(acknowledged, `${why}: nothing is there`).toBe(0);
    return 0;
  }
  const report = await verifyStore(directory);
  expect(report.state, `${why}: ${report.files.find(({ problem }) => problem)?.problem?.message}`).toBe('intact');
  expect([acknowledged, acknowledged + 1], why).toContain(report.generation);
  expect(await readAll(directory), why).toEqual(SAMPLE.slice(0, DOCUMENTS[report.generation]));
  return report.generation;
}

/** The next writer finds its way, and clears away what was left. */
async function expectUsable(directory: Directory, generation: number, why: string): Promise<void> {
  expect(await commitSegment(directory, [{ id: 'later', text: 'later' }]), why).toBe(generation + 1);
  const report = await verifyStore(directory);
  expect([report.state, report.leftovers], why).toEqual(['intact', []]);
}

async function operationsOfStory(): Promise<number> {
  const directory = faultDirectory();
  await story(directory, () => {});
  return directory.operations;
}

/** Strikes at every operation of the story. */
async function strikeEverywhere(
  kind: Fault['kind'],
  verdict: (directory: FaultDirectory, acknowledged: number, why: string) => Promise<void>,
): Promise<void> {
  const operations = await operationsOfStory();
  expect(operations).toBeGreaterThan(60);
  for (let at = 0; at < operations; at++) {
    const directory = faultDirectory({ kind, at }, at);
    await verdict(directory, await interrupted(directory), `${kind} at operation ${at}`);
  }
}

describe('at every operation', () => {
  it.each<{ survivors: Survivors; draws: number }>([
    { survivors: 'synced', draws: 1 },
    { survivors: 'written', draws: 1 },
    { survivors: 'arbitrary', draws: 4 },
  ])('a crash of which $survivors bytes survive leaves the old commit or the new one, whole', async (row) => {
    await strikeEverywhere('crash', async (directory, acknowledged, why) => {
      for (let draw = 0; draw < row.draws; draw++) {
        const after = directory.afterCrash(row.survivors);
        const generation = await expectWhole(after, acknowledged, `${why}, draw ${draw}`);
        await expectUsable(after, generation, `${why}, draw ${draw}`);
      }
    });
  });

  it('an error leaves the old commit or the new one, and the folder can be used at once', async () => {
    await strikeEverywhere('error', async (directory, acknowledged, why) => {
      const generation = await expectWhole(directory, acknowledged, why);
      const retry = directory.afterCrash('written');
      await expectUsable(retry, generation, why);
    });
  });

  it('a full disk leaves the old commit, and what was begun is removed', async () => {
    await strikeEverywhere('full', async (directory, acknowledged, why) => {
      const generation = await expectWhole(directory, acknowledged, why);
      if (generation > 0) expect((await verifyStore(directory)).leftovers, why).toEqual([]);
      else expect(await directory.list(), why).toEqual([]);
      await expectUsable(directory.afterCrash('written'), generation, why);
    });
  });
});
