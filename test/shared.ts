import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** The folder of judged collections and goldens, or `undefined` where it is missing. */
export function sharedFolder(): string | undefined {
  const folder = process.env.SLUICE_SHARED ?? fileURLToPath(new URL('../../shared', import.meta.url));
  return existsSync(`${folder}/README.md`) ? folder : undefined;
}

/**
 * A suite that needs the shared folder: skipped with a message where it is missing, and a failure on CI,
 * where nothing may be skipped unseen. A suite that is skipped is not even collected: it may read files at once.
 */
export function describeWithShared(name: string, suite: (folder: string) => void): void {
  const folder = sharedFolder();
  if (folder) {
    describe(name, () => suite(folder));
    return;
  }
  if (process.env.CI) throw new Error(`'${name}' needs the shared data folder and it is missing (SLUICE_SHARED).`);
  it.skip(`${name} (skipped: no shared data folder; set SLUICE_SHARED)`, () => expect.unreachable());
}
