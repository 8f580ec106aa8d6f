import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { RepositoryFile } from './repository.js';

/** Whether the file at `path` is, byte for byte, what the hub says it is. `false` where there is none. */
export async function isWhole(path: string, { bytes, checksum }: Omit<RepositoryFile, 'name'>): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || found.size !== bytes) return false;
  const hash = createHash(checksum.kind === 'sha256' ? 'sha256' : 'sha1');
  // Git names a blob by its kind, its length and its content (gitformat-pack, "git hash-object").
  if (checksum.kind === 'git blob') hash.update(`blob ${bytes}\0`);
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk);
  return hash.digest('hex') === checksum.hex;
}
