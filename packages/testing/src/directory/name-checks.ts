import type { Directory } from '@sluice/files';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Check, KitOptions } from '../kit/check.js';
import { forAll } from '../kit/property.js';
import { expectRefusal } from '../kit/refusal.js';
import { readBytes, writeBytes } from './file-bytes.js';
import type { DirectoryFactory } from './test-directory.js';

const BAD_NAMES = ['', '.', '..', '.hidden', 'a/b', '../a', 'a\\b', 'A', 'a b', 'é', 'a\0', '-a', 'a'.repeat(129)];

interface Step {
  readonly change: 'write' | 'remove' | 'rename' | 'link';
  readonly name: string;
  /** The new name of `rename` and `link`. */
  readonly to: string;
}

const names = fc.constantFrom('a', 'b', 'c', 'manifest-1');
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ change: fc.constantFrom('write', 'remove', 'rename', 'link'), name: names, to: names }),
  { maxLength: 25 },
);

/** What a directory promises about names. */
export function nameChecks(create: DirectoryFactory, options: KitOptions): Check[] {
  return [
    {
      name: 'is empty at first, and syncs',
      check: async () => {
        const directory = await create();
        expect(await directory.list()).toEqual([]);
        await directory.sync();
        expect(await directory.list()).toEqual([]);
      },
    },
    {
      name: 'keeps the names of a plain map through any sequence of changes',
      check: () =>
        forAll(steps, options, async (sequence) => {
          const directory = await create();
          const model = new Map<string, number[]>();
          for (const [at, step] of sequence.entries()) await applyToBoth(directory, model, step, at);
          expect(await directory.list()).toEqual([...model.keys()].sort());
          for (const [name, bytes] of model) expect([...(await readBytes(directory, name))], name).toEqual(bytes);
        }),
    },
    {
      name: 'of two links to one name exactly one succeeds, and the file is the one that won',
      check: async () => {
        const directory = await create();
        await writeBytes(directory, 'one', Uint8Array.of(1));
        await writeBytes(directory, 'two', Uint8Array.of(2));
        const links = await Promise.allSettled([directory.link('one', 'same'), directory.link('two', 'same')]);
        expect(links.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
        expect([...(await readBytes(directory, 'same'))]).toEqual([links[0].status === 'fulfilled' ? 1 : 2]);
      },
    },
    {
      name: 'a link outlives the name that it was made from',
      check: async () => {
        const directory = await create();
        await writeBytes(directory, 'a.tmp', Uint8Array.of(7));
        await directory.link('a.tmp', 'a');
        await directory.remove('a.tmp');
        expect(await directory.list()).toEqual(['a']);
        expect([...(await readBytes(directory, 'a'))]).toEqual([7]);
      },
    },
    {
      name: 'a name that is given to another name of the same file is gone',
      check: async () => {
        const directory = await create();
        await writeBytes(directory, 'a', Uint8Array.of(7));
        await directory.link('a', 'b');
        await directory.rename('b', 'a');
        expect(await directory.list()).toEqual(['a']);
        expect([...(await readBytes(directory, 'a'))]).toEqual([7]);
      },
    },
    {
      name: 'refuses names that not every file system takes, in every method',
      check: async () => {
        const directory = await create();
        await writeBytes(directory, 'fine', new Uint8Array(0));
        for (const bad of BAD_NAMES) {
          const calls = [
            () => directory.create(bad),
            () => directory.open(bad),
            () => directory.remove(bad),
            () => directory.rename('fine', bad),
            () => directory.link('fine', bad),
            () => directory.rename(bad, 'other'),
            () => directory.link(bad, 'other'),
            () => directory.lock(bad),
          ];
          for (const call of calls) {
            await expectRefusal(call, { code: 'SLUICE_INVALID_FILE_NAME', fields: { file: bad } }, `name '${bad}'`);
          }
        }
        expect(await directory.list()).toEqual(['fine']);
      },
    },
    {
      name: 'a lock keeps out a second one until it is released, and is not listed',
      check: async () => {
        const directory = await create();
        const lock = await directory.lock('writer');
        await expectRefusal(() => directory.lock('writer'), { code: 'SLUICE_DIRECTORY_LOCKED' });
        const other = await directory.lock('reader');
        expect(await directory.list()).toEqual([]);
        await lock.release();
        await lock.release();
        await other.release();
        const again = await directory.lock('writer');
        await lock.release();
        await expectRefusal(() => directory.lock('writer'), { code: 'SLUICE_DIRECTORY_LOCKED' });
        await again.release();
      },
    },
  ];
}

/** Does the step on both, and expects the refusal that the model predicts. */
async function applyToBoth(directory: Directory, model: Map<string, number[]>, step: Step, at: number): Promise<void> {
  const { change, name, to } = step;
  const missing = { code: 'SLUICE_FILE_NOT_FOUND', fields: { file: name } };
  if (change === 'write') {
    const write = (): Promise<void> => writeBytes(directory, name, Uint8Array.of(at));
    if (model.has(name)) {
      return expectRefusal(write, { code: 'SLUICE_FILE_EXISTS', fields: { file: name } });
    }
    model.set(name, [at]);
    return write();
  }
  const bytes = model.get(name);
  if (change === 'remove') {
    if (!bytes) return expectRefusal(() => directory.remove(name), missing);
    model.delete(name);
    return directory.remove(name);
  }
  if (!bytes) return expectRefusal(() => directory[change](name, to), missing);
  if (change === 'link' && model.has(to)) {
    const taken = { code: 'SLUICE_FILE_EXISTS', fields: { file: to } };
    return expectRefusal(() => directory.link(name, to), taken);
  }
  if (change === 'rename') model.delete(name);
  model.set(to, bytes);
  return directory[change](name, to);
}
