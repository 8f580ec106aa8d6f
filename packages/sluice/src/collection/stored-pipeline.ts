import type { CallOptions, StageSpec } from '@sluice/core';
import type { Directory } from '@sluice/files';
import { openStore } from '@sluice/store';
import { readSettings } from './collection-settings.js';
import { directoryOf } from './directory-of.js';

/**
 * The pipeline that searches a collection unless another is asked for, as `indexDocuments` was given it. Read it where it
 * may rerank by a model: `crossEncodersOf` and `lateModelsOf` say what `openCollection` must be given.
 *
 * @param place a folder, or a directory of `@sluice/files`
 * @returns nothing where the collection was indexed without one
 * @throws {StoreNotFoundError} there is no collection
 * @throws {CorruptFileError} a file is damaged
 * @throws the signal's `reason`, once it has fired
 */
export async function storedPipeline(
  place: string | Directory,
  { signal }: Pick<CallOptions, 'signal'> = {},
): Promise<StageSpec | undefined> {
  signal?.throwIfAborted();
  const directory = directoryOf(place);
  const snapshot = await openStore(directory);
  try {
    return readSettings(snapshot.settings, directory.name).pipeline;
  } finally {
    await snapshot.close();
  }
}
