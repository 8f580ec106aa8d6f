import { readFile } from 'node:fs/promises';
import { isSluiceError, type SavedIndex } from '@sluice/core';
import { readBytes, replaceBytes } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Directory } from '../directory/directory.js';
import { faultDirectory } from '../directory/fault-directory.js';
import { memoryDirectory } from '../directory/memory-directory.js';
import { openContainer } from './container-reader.js';
import { readContainer, writeContainer } from './saved-container.js';

const SMALL: SavedIndex = {
  kind: 'sample',
  version: 3,
  header: { rows: 2, note: 'Grüße', nested: [1, null, { deep: true }] },
  blocks: { first: Uint8Array.of(1, 2, 3), empty: new Uint8Array(0), last: new Uint8Array(70).fill(7) },
};

const savedIndexes: fc.Arbitrary<SavedIndex> = fc.record({
  kind: fc.string({ minLength: 1, maxLength: 64 }),
  version: fc.integer({ min: 1, max: 2 ** 31 }),
  header: fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value))),
  blocks: fc.dictionary(fc.string({ minLength: 1, maxLength: 255 }), fc.uint8Array({ maxLength: 200 })),
});

/** Reads the file in every way there is; a way that succeeds must give what was saved. */
async function readEveryWay(directory: Directory, expected: SavedIndex): Promise<void> {
  const container = await openContainer(directory, 'file');
  await container.verify();
  await container.close();
  expect(await readContainer(directory, 'file')).toEqual(expected);
}

async function expectRefused(directory: Directory, bytes: Uint8Array, why: string): Promise<void> {
  await replaceBytes(directory, 'file', bytes);
  const outcome = await readEveryWay(directory, SMALL).then(
    () => 'read',
    (error: unknown) => (isSluiceError(error) && 'file' in error ? `${error.code} ${error.file}` : error),
  );
  if (outcome !== 'SLUICE_CORRUPT_FILE file') expect.fail(`${why}: ${String(outcome)}`);
}

describe('a container', () => {
  it('gives back what was saved', async () => {
    const directory = memoryDirectory();
    const identity = await writeContainer(directory, 'file', SMALL);
    await readEveryWay(directory, SMALL);
    expect(identity.bytes).toBe((await readBytes(directory, 'file')).length);
    expect(await directory.list()).toEqual(['file']);
  });

  it('gives back whatever was saved', async () => {
    await fc.assert(
      fc.asyncProperty(savedIndexes, async (saved) => {
        const directory = memoryDirectory();
        await writeContainer(directory, 'file', saved);
        await readEveryWay(directory, saved);
      }),
    );
  });

  it('reads ranges across pages, aligned so that typed arrays fit', async () => {
    const directory = memoryDirectory();
    const numbers = Float32Array.from({ length: 100_000 }, (_, at) => at / 3);
    const blocks = { odd: Uint8Array.of(1), numbers: new Uint8Array(numbers.buffer) };
    await writeContainer(directory, 'file', { ...SMALL, blocks });
    const container = await openContainer(directory, 'file');
    const whole = await container.read('numbers');
    expect(whole.byteOffset % 64).toBe(0);
    expect(new Float32Array(whole.buffer, whole.byteOffset, numbers.length)).toEqual(numbers);
    const range = await container.readRange('numbers', 65_000, 70_000);
    expect([...range]).toEqual([...whole.subarray(65_000, 135_000)]);
    expect(container.identity.bytes).toBeGreaterThan(400_000);
    const beyond = container.readRange('numbers', 400_000, 1);
    await expect(beyond).rejects.toMatchObject({ code: 'SLUICE_CORRUPT_FILE' });
  });

  it('reads and checks blocks of many pieces, in memory of one piece where it only checks', async () => {
    const directory = memoryDirectory();
    const bytes = new Uint8Array(9 * 1024 * 1024 + 5).map((_, at) => (at * 31) >>> 7);
    await writeContainer(directory, 'file', { ...SMALL, blocks: { small: Uint8Array.of(1), bytes } });
    const container = await openContainer(directory, 'file');
    expect(Buffer.compare(await container.read('bytes'), bytes)).toBe(0);
    const range = await container.readRange('bytes', 4_000_000, 5_000_000);
    expect(Buffer.compare(range, bytes.subarray(4_000_000, 9_000_000))).toBe(0);
    const seen: number[] = [];
    await container.verify({ onProgress: ({ done }) => seen.push(done) });
    expect(seen).toHaveLength(3);
    const damaged = await readBytes(directory, 'file');
    damaged[9_000_000] = (damaged[9_000_000] ?? 0) ^ 1;
    await replaceBytes(directory, 'file', damaged);
    const other = await openContainer(directory, 'file');
    const problem = 'bytes 8978432 to 9043967 do not match their checksum';
    await expect(other.verify()).rejects.toMatchObject({ problem });
    await expect(other.readRange('bytes', 8_999_000, 1000)).rejects.toMatchObject({ problem });
    expect((await other.readRange('bytes', 0, 8_900_000)).length).toBe(8_900_000);
  });

  it('reads version 1 as it was first written', async () => {
    const fixture = await readFile(new URL('fixtures/container-v1.sluice', import.meta.url));
    const directory = memoryDirectory();
    await replaceBytes(directory, 'file', fixture);
    await readEveryWay(directory, SMALL);
  });

  it('refuses a version that it does not know, and says which', async () => {
    const directory = memoryDirectory();
    await writeContainer(directory, 'file', SMALL);
    const { encodePreamble } = await import('./layout.js');
    const { crc32 } = await import('./crc32.js');
    const bytes = await readBytes(directory, 'file');
    bytes.set(encodePreamble(65_536));
    bytes[8] = 9;
    new DataView(bytes.buffer).setUint32(60, crc32(bytes.subarray(0, 60)), true);
    await replaceBytes(directory, 'file', bytes);
    const found = { code: 'SLUICE_UNSUPPORTED_FORMAT', found: 'container version 9', file: 'file' };
    await expect(openContainer(directory, 'file')).rejects.toMatchObject(found);
  });
});

describe('damage is an error with the file name', () => {
  it('any one byte changed', async () => {
    const directory = memoryDirectory();
    await writeContainer(directory, 'file', SMALL);
    const intact = await readBytes(directory, 'file');
    for (let at = 0; at < intact.length; at++) {
      for (const flip of [0x01, 0x80, 0xff]) {
        const damaged = intact.slice();
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        await expectRefused(directory, damaged, `byte ${at} ^ ${flip}`);
      }
    }
  });

  it('cut short anywhere, or longer', async () => {
    const directory = memoryDirectory();
    await writeContainer(directory, 'file', SMALL);
    const intact = await readBytes(directory, 'file');
    for (let length = 0; length < intact.length; length++) {
      await expectRefused(directory, intact.slice(0, length), `cut to ${length}`);
    }
    await expectRefused(directory, Uint8Array.of(...intact, 0), 'one byte appended');
    await expectRefused(directory, Uint8Array.of(...intact, ...intact), 'twice');
  });

  it('random bytes, random ends on a real file, and parts of two files', async () => {
    const directory = memoryDirectory();
    await writeContainer(directory, 'file', SMALL);
    const intact = await readBytes(directory, 'file');
    const other = { ...SMALL, blocks: { ...SMALL.blocks, first: Uint8Array.of(3, 2, 1) } };
    await writeContainer(directory, 'other', other);
    const swapped = await readBytes(directory, 'other');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), fc.nat(intact.length), async (noise, at) => {
        await expectRefused(directory, noise, 'noise');
        if (noise.length > 4) {
          await expectRefused(directory, Uint8Array.of(...intact.subarray(0, at), ...noise), 'noise at the end');
          await expectRefused(directory, Uint8Array.of(...noise, ...intact.subarray(at)), 'noise in front');
        }
        const mixed = Uint8Array.of(...intact.subarray(0, at), ...swapped.subarray(at));
        if (at > 64 && at < intact.length) await expectRefused(directory, mixed, `mixed at ${at}`);
      }),
    );
  });
});

describe('writing', () => {
  it('leaves nothing behind when it fails', async () => {
    for (let at = 0; at < 6; at++) {
      const directory = faultDirectory({ kind: 'error', at });
      await expect(writeContainer(directory, 'file', SMALL), `operation ${at}`).rejects.toSatisfy(isSluiceError);
      expect(await directory.list(), `operation ${at}`).toEqual([]);
    }
  });

  it('refuses a block name that is too long', async () => {
    const directory = memoryDirectory();
    const long = { ...SMALL, blocks: { ['n'.repeat(256)]: new Uint8Array(1) } };
    await expect(writeContainer(directory, 'file', long)).rejects.toMatchObject({ code: 'SLUICE_INVALID_INPUT' });
    expect(await directory.list()).toEqual([]);
  });

  it('stops when it is aborted', async () => {
    const directory = memoryDirectory();
    const reason = new Error('enough');
    await expect(writeContainer(directory, 'file', SMALL, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await directory.list()).toEqual([]);
  });
});
