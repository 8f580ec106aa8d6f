import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDirectory } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeDirectory } from './node-directory.js';
import { ownIdentity } from './process-identity.js';

let root = '';
let folders = 0;
const freshPath = (): string => join(root, `folder-${folders++}`);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-files-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

testDirectory('nodeDirectory', () => nodeDirectory(freshPath()), { runs: 25 });

describe('nodeDirectory', () => {
  it('creates its folder with the first file, and not before', async () => {
    const path = join(freshPath(), 'deep', 'down');
    const directory = nodeDirectory(path);
    await directory.list();
    await directory.sync();
    await expect(readdir(path)).rejects.toMatchObject({ code: 'ENOENT' });
    await (await directory.create('file')).close();
    expect(await readdir(path)).toEqual(['file']);
  });

  it('neither lists nor opens what is not a file of its own', async () => {
    const path = freshPath();
    await mkdir(join(path, 'folder'), { recursive: true });
    await symlink('/etc/hostname', join(path, 'link'));
    await writeFile(join(path, 'Thumbs.db'), '');
    const directory = nodeDirectory(path);
    expect(await directory.list()).toEqual([]);
    await expect(directory.open('folder')).rejects.toMatchObject({ code: 'SLUICE_FILE_NOT_FOUND', file: 'folder' });
  });

  it('says what the system refused', async () => {
    const path = freshPath();
    await writeFile(path, 'a file where a folder should be');
    await expect(nodeDirectory(path).list()).rejects.toMatchObject({ code: 'SLUICE_FILE_SYSTEM', operation: 'list' });
    await expect(nodeDirectory(path).create('a')).rejects.toMatchObject({ code: 'SLUICE_FILE_SYSTEM' });
  });

  it('reads beyond 4 GiB', async () => {
    const path = freshPath();
    await mkdir(path);
    const beyond = 5 * 2 ** 30;
    const sparse = await open(join(path, 'sparse'), 'w');
    await sparse.write(Uint8Array.of(1, 2, 3), 0, 3, beyond);
    await sparse.close();
    const reader = await nodeDirectory(path).open('sparse');
    const bytes = new Uint8Array(4);
    await reader.readInto(bytes, beyond - 1);
    expect([reader.size, ...bytes]).toEqual([beyond + 3, 0, 1, 2, 3]);
    await reader.close();
  });

  it('notices a file that was cut short while open', async () => {
    const path = freshPath();
    const directory = nodeDirectory(path);
    const writer = await directory.create('file');
    await writer.write(new Uint8Array(100));
    await writer.close();
    const reader = await directory.open('file');
    await writeFile(join(path, 'file'), 'short');
    await expect(reader.readInto(new Uint8Array(100), 0)).rejects.toMatchObject({ code: 'SLUICE_UNEXPECTED_END' });
    await reader.close();
  });
});

describe('the lock of a folder', () => {
  it('is seen by another object for the same folder', async () => {
    const path = freshPath();
    const lock = await nodeDirectory(path).lock('writer');
    const holder = `process ${process.pid}`;
    await expect(nodeDirectory(path).lock('writer')).rejects.toMatchObject({ code: 'SLUICE_DIRECTORY_LOCKED', holder });
    await lock.release();
    expect(await readdir(path)).toEqual([]);
  });

  it('dies with its process, and what that left is cleared away', async () => {
    const path = freshPath();
    await nodeDirectory(path)
      .lock('writer')
      .then((lock) => lock.release());
    const holder = spawn('sleep', ['60']);
    await once(holder, 'spawn');
    const { host, boot } = await ownIdentity();
    const start = execFileSync('cut', ['-d', ' ', '-f', '22', `/proc/${holder.pid}/stat`], { encoding: 'utf8' }).trim();
    const file = `.writer.${host}.${boot}.${holder.pid}.${start}.0`;
    await writeFile(join(path, file), '');
    await expect(nodeDirectory(path).lock('writer')).rejects.toMatchObject({ code: 'SLUICE_DIRECTORY_LOCKED' });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const lock = await nodeDirectory(path).lock('writer');
    expect(await readdir(path)).not.toContain(file);
    await lock.release();
  });

  it.each([
    { why: 'the number was given to another process', dead: true, change: { start: '1' } },
    { why: 'the machine was started again', dead: true, change: { boot: 'ffffffff' } },
    { why: 'another host cannot be asked', dead: false, change: { host: 'ffffffff' } },
  ])('$why', async ({ dead, change }) => {
    const path = freshPath();
    const directory = nodeDirectory(path);
    await (await directory.create('file')).close();
    const { host, boot, pid, start } = { ...(await ownIdentity()), ...change };
    const file = `.writer.${host}.${boot}.${pid}.${start}.0`;
    await writeFile(join(path, file), 'elsewhere');
    if (dead) {
      await (await directory.lock('writer')).release();
      expect(await readdir(path)).toEqual(['file']);
    } else {
      const facts = { holder: `process ${pid} on host 'elsewhere'`, advice: expect.stringContaining(file) };
      await expect(directory.lock('writer')).rejects.toMatchObject(facts);
    }
  });
});
