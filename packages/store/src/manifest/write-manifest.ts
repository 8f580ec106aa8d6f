import { createContainer, type Directory, FileExistsError } from '@sluice/files';
import { WriterConflictError } from '../errors/writer-conflict-error.js';
import { manifestName } from './file-names.js';
import { MANIFEST_KIND, type Manifest, manifestJson } from './manifest.js';

/**
 * Makes a commit visible and durable. Its files must be complete and flushed.
 *
 * Their names are made durable before the manifest gets its own: no crash can leave a manifest that names a file
 * which is not there. `link` decides between two writers, because it never replaces.
 *
 * @param temporary name under which it is written, which no other writer uses
 * @throws {WriterConflictError} a commit of that number is there
 */
export async function writeManifest(directory: Directory, manifest: Manifest, temporary: string): Promise<void> {
  const { generation } = manifest;
  const name = manifestName(generation);
  const writer = await createContainer(directory, temporary, MANIFEST_KIND);
  await writer.finish(manifestJson(manifest));
  await directory.sync();
  try {
    await directory.link(temporary, name);
  } catch (cause) {
    if (!(cause instanceof FileExistsError)) throw cause;
    throw new WriterConflictError({ directory: directory.name, generation, cause });
  }
  await directory.sync();
  await directory.remove(temporary);
}
