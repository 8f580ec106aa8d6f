import type { Json } from '@sluice/core';
import type { Directory } from '../directory/directory.js';
import { type ContainerKind, type ContainerWriter, createContainer, type FileIdentity } from './container-writer.js';

/** What a name ends with while its file is being written. */
export const TEMPORARY_SUFFIX = '.tmp';

/**
 * Streams a container under a temporary name and gives it its own when it is complete and flushed.
 *
 * @param write fills the blocks and returns the header; when it throws, the temporary file is removed
 * @throws {FileExistsError} the temporary name is taken
 */
export async function publishContainer(
  directory: Directory,
  name: string,
  kind: ContainerKind,
  write: (writer: ContainerWriter) => Promise<Json>,
): Promise<FileIdentity> {
  const temporary = name + TEMPORARY_SUFFIX;
  const writer = await createContainer(directory, temporary, kind);
  try {
    const identity = await writer.finish(await write(writer));
    await directory.rename(temporary, name);
    return identity;
  } catch (error) {
    await discard(directory, writer);
    throw error;
  }
}

/** Removes what was begun. The error that led here says more than one about the removal would. */
async function discard(directory: Directory, writer: ContainerWriter): Promise<void> {
  await Promise.allSettled([writer.close()]);
  await Promise.allSettled([directory.remove(writer.name)]);
}
