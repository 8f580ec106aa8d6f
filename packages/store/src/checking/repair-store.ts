import type { CallOptions } from '@sluice/core';
import { CorruptFileError, type Directory } from '@sluice/files';
import { NothingIntactError } from '../errors/nothing-intact-error.js';
import { manifestName } from '../manifest/file-names.js';
import type { StoreRepair } from '../store-report.js';
import { WRITER_LOCK } from '../writing/open-store-writer.js';
import { verifyStore } from './verify-store.js';

/**
 * Steps back to the newest commit of which every byte is intact, and gives up those after it for good. Only a person
 * can decide that: nothing else in this package ever does it. An intact collection stays as it is.
 *
 * @throws {NothingIntactError} there is no such commit; nothing was changed
 * @throws {DirectoryLockedError} a writer is at work
 * @throws {StoreNotFoundError} there is no commit
 * @throws {FileSystemError | UnsupportedFormatError} a file cannot be read and may still be intact; nothing was changed
 */
export async function repairStore(directory: Directory, options: CallOptions = {}): Promise<StoreRepair> {
  const lock = await directory.lock(WRITER_LOCK);
  try {
    const { newestIntact, files } = await verifyStore(directory, options);
    // A file that cannot be read for another reason may be intact: a missing permission, a later release.
    const other = files.find(({ problem }) => problem && !(problem instanceof CorruptFileError))?.problem;
    if (other) throw other;
    if (newestIntact === undefined) {
      const damaged = files.filter(({ problem }) => problem).map(({ name }) => name);
      throw new NothingIntactError({ directory: directory.name, damaged });
    }
    const later = new Set(files.flatMap(({ generations }) => generations).filter((one) => one > newestIntact));
    const dropped = [...later].sort((left, right) => right - left);
    for (const generation of dropped) await directory.remove(manifestName(generation));
    await directory.sync();
    return { generation: newestIntact, dropped };
  } finally {
    await lock.release();
  }
}
