import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { DirectoryLock } from '../directory/directory.js';
import { DirectoryLockedError } from '../errors/directory-locked-error.js';
import { mayBeAlive, ownIdentity, type ProcessIdentity } from './process-identity.js';
import { codeOf, refusal } from './refusal.js';

/**
 * Takes a lock that dies with its process.
 *
 * Everyone who asks puts a file of its own into the folder first and looks for the others' afterwards, so of two that
 * ask at once at least one sees the other, and withdraws. A file's name says whose it is and belongs to nobody else:
 * removing that of a dead process can never remove a living one's, as it could if all shared one name.
 *
 * `.NAME.HOST.BOOT.PID.START.NONCE`; the content is the host's name, for messages.
 */
export async function lockFolder(folder: string, name: string): Promise<DirectoryLock> {
  const own = await ownIdentity();
  const file = `.${name}.${own.host}.${own.boot}.${own.pid}.${own.start}.${randomUUID().slice(0, 8)}`;
  const path = join(folder, file);
  try {
    await writeFile(path, hostname(), { flag: 'wx' });
    const rival = await findRival(folder, name, file, own);
    if (rival === undefined) return { release: () => removeIfThere(folder, path) };
    await removeIfThere(folder, path);
    throw await lockedBy(folder, name, rival);
  } catch (error) {
    if (error instanceof DirectoryLockedError) throw error;
    await removeIfThere(folder, path);
    throw refusal(error, 'lock', folder);
  }
}

interface Rival extends ProcessIdentity {
  readonly file: string;
}

/** Another holder that may be alive; what dead ones left is removed on the way. */
async function findRival(
  folder: string,
  name: string,
  own: string,
  identity: ProcessIdentity,
): Promise<Rival | undefined> {
  for (const file of await readdir(folder)) {
    const other = file === own ? undefined : parseLock(file, name);
    if (!other) continue;
    if (await mayBeAlive(other, identity)) return other;
    await removeIfThere(folder, join(folder, file));
  }
  return undefined;
}

function parseLock(file: string, name: string): Rival | undefined {
  if (!file.startsWith(`.${name}.`)) return undefined;
  const match = /^([0-9a-f]+)\.([0-9a-f]+)\.(\d+)\.(\d+)\.[0-9a-f]+$/.exec(file.slice(name.length + 2));
  const [, host, boot, pid, start] = match ?? [];
  if (host === undefined || boot === undefined || pid === undefined || start === undefined) return undefined;
  return { file, host, boot, pid: Number(pid), start };
}

async function lockedBy(folder: string, name: string, { pid, file }: Rival): Promise<DirectoryLockedError> {
  const host = await readFile(join(folder, file), 'utf8').catch(() => 'unknown');
  const elsewhere = host !== hostname();
  return new DirectoryLockedError({
    directory: folder,
    lock: name,
    holder: elsewhere ? `process ${pid} on host '${host}'` : `process ${pid}`,
    advice: elsewhere
      ? `If that host is gone, remove the file '${file}'; otherwise wait until it has finished.`
      : 'Wait until it has finished, or end it.',
  });
}

async function removeIfThere(folder: string, path: string): Promise<void> {
  try {
    await rm(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw refusal(error, 'remove', folder);
  }
}
