import { type Directory, memoryDirectory } from '@sluice/files';
import { describe, expect, it } from 'vitest';
import { failedChecks } from '../kit/run-checks.js';
import { directoryChecks, testDirectory } from './test-directory.js';

testDirectory('memoryDirectory', () => memoryDirectory());

/** A memory directory of which one method is another. */
function broken(change: (right: Directory) => Partial<Directory>): Directory {
  const right = memoryDirectory();
  const methods = ['list', 'create', 'open', 'rename', 'link', 'remove', 'sync', 'lock'] as const;
  const bound = Object.fromEntries(methods.map((method) => [method, right[method].bind(right)]));
  return Object.assign(Object.create(null), { name: right.name }, bound, change(right));
}

describe('the directory kit finds', () => {
  it.each([
    {
      wrong: 'a link that replaces',
      change: (right: Directory) => ({
        link: (from: string, to: string) =>
          right.link(from, to).catch(async () => {
            await right.remove(to);
            await right.link(from, to);
          }),
      }),
      check: 'of two links to one name exactly one succeeds, and the file is the one that won',
    },
    {
      wrong: 'a list without order',
      change: (right: Directory) => ({ list: async () => (await right.list()).reverse() }),
      check: 'keeps the names of a plain map through any sequence of changes',
    },
    {
      wrong: 'a lock that holds nobody out',
      change: () => ({ lock: async () => ({ release: async () => {} }) }),
      check: 'a lock keeps out a second one until it is released, and is not listed',
    },
    {
      wrong: 'a reader that gives zeros beyond the end',
      change: (right: Directory) => ({
        open: async (name: string) => {
          const reader = await right.open(name);
          const within = (bytes: Uint8Array, at: number): Uint8Array =>
            bytes.subarray(0, Math.max(0, reader.size - at));
          return {
            name,
            size: reader.size,
            readInto: (bytes: Uint8Array, at: number) => reader.readInto(within(bytes, at), Math.min(at, reader.size)),
            close: () => reader.close(),
          };
        },
      }),
      check: 'refuses to read beyond the end, and goes on',
    },
  ])('$wrong', async ({ change, check }) => {
    expect(await failedChecks(directoryChecks(() => broken(change), { seed: 1 }))).toContain(check);
  });
});
