import type { Directory } from '@sluice/files';
import { ID_TABLE_KIND, loadIdTable } from '../ids/saved-id-table.js';
import type { SegmentEntry } from '../manifest/manifest.js';
import { readNewestManifest } from '../manifest/read-manifest.js';
import { sweep } from '../manifest/sweep.js';
import { openReferenced } from '../reading/open-referenced.js';
import { loadSaved } from '../reading/read-saved.js';
import type { StoreWriter } from '../store-writer.js';
import { type CommittedDocuments, OpenWriter } from './open-writer.js';
import { WriterFiles } from './writer-files.js';

/** Name of the lock that writers take. */
export const WRITER_LOCK = 'writer';

/**
 * Opens a collection for writing, or begins one in a folder without: takes the writer's lock, clears away what an
 * interrupted writer left, and makes sure that the disk can commit safely. Files that no store has written stay.
 *
 * @throws {DirectoryLockedError} another writer is at work
 * @throws {NoHardLinksError} the file system cannot decide between two writers
 * @throws {DamagedCommitError} the newest commit cannot be read; nothing was changed
 * @throws {CorruptFileError} the ids of a segment are damaged
 */
export async function openStoreWriter(directory: Directory): Promise<StoreWriter> {
  const lock = await directory.lock(WRITER_LOCK);
  try {
    const manifest = await readNewestManifest(directory);
    await sweep(directory);
    await probeLinks(directory);
    const committed: CommittedDocuments[] = [];
    for (const entry of manifest?.segments ?? []) committed.push(await readCommitted(directory, entry));
    return new OpenWriter(new WriterFiles(directory), lock, manifest ?? { generation: 0, settings: null }, committed);
  } catch (error) {
    // The first error says more than one about the lock would; the lock ends with the process in any case.
    await Promise.allSettled([lock.release()]);
    throw error;
  }
}

/** Fails now, and not at the first commit hours later, where a commit is not possible. */
async function probeLinks(directory: Directory): Promise<void> {
  const [temporary, link] = ['probe-0.tmp', 'probe-0'];
  await (await directory.create(temporary)).close();
  try {
    await directory.link(temporary, link);
    await directory.remove(link);
  } finally {
    await directory.remove(temporary);
  }
}

async function readCommitted(directory: Directory, entry: SegmentEntry): Promise<CommittedDocuments> {
  const container = await openReferenced(directory, entry.ids, ID_TABLE_KIND);
  try {
    return { entry, ids: await loadSaved(directory.name, container, loadIdTable) };
  } finally {
    await container.close();
  }
}
