import { parseOptions } from '@sluice/core';
import { type ContainerReader, CorruptFileError, type Directory, FileNotFoundError } from '@sluice/files';
import { StoreNotFoundError } from '../errors/store-not-found-error.js';
import { manifestName } from '../manifest/file-names.js';
import type { Manifest } from '../manifest/manifest.js';
import { readNewestManifest } from '../manifest/read-manifest.js';
import type { Snapshot } from '../snapshot.js';
import { OpenSnapshot } from './open-snapshot.js';
import { openSegment, type SegmentReader } from './segment-reader.js';
import { type OpenStoreOptions, openStoreOptions } from './store-options.js';

/**
 * Opens the newest commit of a collection for reading. Takes no lock: any number may read while one writes.
 *
 * Opening reads the ids whole and of every other file both ends; 4 bytes of checksum stay in memory for 64 KiB of file.
 *
 * @throws {StoreNotFoundError} there is no commit
 * @throws {DamagedCommitError} the manifest of the newest commit cannot be read
 * @throws {CorruptFileError} a file of that commit is missing, or damaged where it was read
 * @throws {UnsupportedFormatError} a later release wrote it
 */
export async function openStore(directory: Directory, options: OpenStoreOptions = {}): Promise<Snapshot> {
  const { cacheBytes } = parseOptions(openStoreOptions, options);
  for (let seen = 0; ; ) {
    const manifest = await readNewestManifest(directory);
    if (!manifest) throw new StoreNotFoundError({ directory: directory.name });
    try {
      return await openSnapshot(directory, manifest, cacheBytes);
    } catch (cause) {
      if (!(cause instanceof FileNotFoundError)) throw cause;
      // A writer that committed twice meanwhile may have removed it; the same commit again means that it is gone.
      if (manifest.generation === seen) throw missing(cause, manifest.generation);
      seen = manifest.generation;
    }
  }
}

/** Opens all files of a commit. */
export async function openSnapshot(
  directory: Directory,
  manifest: Manifest,
  cacheBytes: number,
): Promise<OpenSnapshot> {
  const opened: ContainerReader[] = [];
  try {
    const segments: SegmentReader[] = [];
    let base = 0;
    for (const entry of manifest.segments) {
      segments.push(await openSegment(directory, entry, base, cacheBytes, opened));
      base += entry.size;
    }
    return new OpenSnapshot(directory.name, manifest, segments, opened);
  } catch (error) {
    await Promise.allSettled(opened.map((container) => container.close()));
    throw error;
  }
}

function missing({ directory, file }: FileNotFoundError, generation: number): CorruptFileError {
  const problem = `it is missing, and ${manifestName(generation)} names it`;
  return new CorruptFileError({ directory, file, problem });
}
