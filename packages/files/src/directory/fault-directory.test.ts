import { testDirectory } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import type { Directory } from './directory.js';
import { faultDirectory, type Survivors } from './fault-directory.js';

testDirectory('faultDirectory without a fault', () => faultDirectory());

const BYTES = Uint8Array.of(1, 2, 3, 4);

/** One file that is durable, one whose bytes are not, one whose name is not. */
async function threeFiles(directory: Directory): Promise<void> {
  const durable = await directory.create('durable');
  await durable.write(BYTES);
  await durable.sync();
  const unflushed = await directory.create('unflushed');
  await unflushed.write(BYTES.subarray(0, 2));
  await unflushed.sync();
  await unflushed.write(BYTES.subarray(2));
  await directory.sync();
  const unnamed = await directory.create('unnamed');
  await unnamed.write(BYTES);
  await unnamed.sync();
}

async function found(survivors: Survivors, seed: number): Promise<Record<string, number[]>> {
  const directory = faultDirectory(undefined, seed);
  await threeFiles(directory);
  const after = directory.afterCrash(survivors);
  const files: Record<string, number[]> = {};
  for (const name of await after.list()) {
    const reader = await after.open(name);
    const bytes = new Uint8Array(reader.size);
    await reader.readInto(bytes, 0);
    files[name] = [...bytes];
  }
  return files;
}

describe('a crash', () => {
  it('keeps what was synced and no more, when the power goes', async () => {
    expect(await found('synced', 1)).toEqual({ durable: [1, 2, 3, 4], unflushed: [1, 2] });
  });

  it('keeps everything that was written, when only the process dies', async () => {
    const all = { durable: [1, 2, 3, 4], unflushed: [1, 2, 3, 4], unnamed: [1, 2, 3, 4] };
    expect(await found('written', 1)).toEqual(all);
  });

  it('keeps any part of the rest, by the seed', async () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 64; seed++) {
      const files = await found('arbitrary', seed);
      expect(files.durable).toEqual([1, 2, 3, 4]);
      expect(files.unflushed?.slice(0, 2)).toEqual([1, 2]);
      expect(await found('arbitrary', seed)).toEqual(files);
      seen.add(JSON.stringify(files));
    }
    expect(seen).toContain(JSON.stringify({ durable: [1, 2, 3, 4], unflushed: [1, 2] }));
    expect(seen).toContain(JSON.stringify({ durable: [1, 2, 3, 4], unflushed: [1, 2, 3], unnamed: [1, 2, 3, 4] }));
    expect(seen).toContain(JSON.stringify({ durable: [1, 2, 3, 4], unflushed: [1, 2, 0, 0] }));
  });

  it('fails every call after it', async () => {
    const directory = faultDirectory({ kind: 'crash', at: 3 });
    await expect(threeFiles(directory)).rejects.toMatchObject({ code: 'SLUICE_FILE_SYSTEM', operation: 'create' });
    await expect(directory.list()).rejects.toMatchObject({ code: 'SLUICE_FILE_SYSTEM' });
    await expect(directory.lock('writer')).rejects.toMatchObject({ code: 'SLUICE_FILE_SYSTEM' });
    expect(directory.operations).toBe(4);
  });
});

describe('a full disk', () => {
  it('takes half of a write, nothing more, and still reads and removes', async () => {
    const directory = faultDirectory({ kind: 'full', at: 1 });
    await expect(threeFiles(directory)).rejects.toMatchObject({ code: 'SLUICE_DISK_FULL' });
    await expect(directory.create('other')).rejects.toMatchObject({ code: 'SLUICE_DISK_FULL' });
    expect((await directory.open('durable')).size).toBe(2);
    await directory.remove('durable');
    expect(await directory.list()).toEqual([]);
  });
});

it('an error strikes one operation, and a write is half done', async () => {
  const directory = faultDirectory({ kind: 'error', at: 1 });
  await expect(threeFiles(directory)).rejects.toMatchObject({ code: 'SLUICE_FILE_SYSTEM', operation: 'write' });
  expect((await directory.open('durable')).size).toBe(2);
  await directory.remove('durable');
  await threeFiles(directory);
  expect(await directory.list()).toEqual(['durable', 'unflushed', 'unnamed']);
});
