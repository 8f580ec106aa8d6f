import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Document } from '@sluice/core';
import { nodeDirectory } from '@sluice/files/node';
import { openStore, openStoreWriter, verifyStore } from '@sluice/store';
import { expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('endless-writer.js', import.meta.url));
const BUILT = fileURLToPath(new URL('../../packages/store/dist/index.js', import.meta.url));
const SEED = 20260114;
const KILLS = 12;
const PER_SEGMENT = 20;

/** Lets the program write until it has announced so many operations, and kills it. Returns its last commit. */
async function killedAfter(folder: string, lines: number): Promise<number> {
  const child = spawn(process.execPath, [PROGRAM, folder, String(PER_SEGMENT)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let seen = 0;
  let committed = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('commit ')) committed = Number(line.slice('commit '.length));
    if (++seen === lines) child.kill('SIGKILL');
  }
  const [code, signal] = await exited;
  expect([code, signal], 'the program ran until it was killed').toEqual([null, 'SIGKILL']);
  return committed;
}

async function readAll(folder: string): Promise<Document[]> {
  const snapshot = await openStore(nodeDirectory(folder));
  const documents: Document[] = [];
  for await (const batch of snapshot.scan()) documents.push(...batch);
  await snapshot.close();
  return documents;
}

it(`a process killed at any operation loses nothing that it had committed (seed ${SEED})`, async () => {
  if (!existsSync(BUILT)) throw new Error('This test starts the built packages: run `pnpm build` first.');
  const folder = await mkdtemp(join(tmpdir(), 'sluice-kill-'));
  try {
    let random = SEED;
    let committed = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
      // From the middle of opening to the second commit.
      committed = Math.max(committed, await killedAfter(folder, 1 + (random % 90)));
      const directory = nodeDirectory(folder);
      if ((await directory.list()).some((name) => name.startsWith('manifest-'))) {
        const report = await verifyStore(directory);
        expect(report.state, `after kill ${kill}`).toBe('intact');
        expect(report.generation, `after kill ${kill}`).toBeGreaterThanOrEqual(committed);
        committed = report.generation;
        const documents = await readAll(folder);
        expect(documents).toHaveLength(committed * PER_SEGMENT);
        for (const { id, text } of documents) expect(text).toBe(`text of ${id} `.repeat(500));
      } else {
        expect(committed, 'what was committed is there').toBe(0);
      }
    }
    expect(committed).toBeGreaterThan(0);
    const writer = await openStoreWriter(nodeDirectory(folder));
    await writer.close();
    expect((await verifyStore(nodeDirectory(folder))).leftovers).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
