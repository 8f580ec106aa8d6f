import type { CallOptions, SavedIndex } from '@sluice/core';
import type { Directory } from '../directory/directory.js';
import { openContainer } from './container-reader.js';
import type { FileIdentity } from './container-writer.js';
import { publishContainer } from './publish-container.js';

/**
 * Writes an index into a file of its own, complete or not at all: under `NAME.tmp`, flushed, then renamed.
 *
 * The name is durable after the next `directory.sync()`. A file of that name is replaced.
 *
 * @throws {FileExistsError} `NAME.tmp` is there: someone is writing it, or died while doing so
 */
export async function writeContainer(
  directory: Directory,
  name: string,
  saved: SavedIndex,
  { signal, onProgress }: CallOptions = {},
): Promise<FileIdentity> {
  return publishContainer(directory, name, saved, async (writer) => {
    const blocks = Object.entries(saved.blocks);
    const total = blocks.reduce((sum, [, bytes]) => sum + bytes.length, 0);
    let done = 0;
    for (const [block, bytes] of blocks) {
      signal?.throwIfAborted();
      await writer.begin(block);
      await writer.write(bytes);
      done += bytes.length;
      onProgress?.({ phase: 'writing', done, total, unit: 'bytes' });
    }
    return saved.header;
  });
}

/**
 * Reads a file of {@link writeContainer} whole and checks every byte that it returns.
 *
 * @throws {FileNotFoundError}
 * @throws {CorruptFileError} damaged, cut short, or not a container
 * @throws {UnsupportedFormatError} written by a later release
 */
export async function readContainer(
  directory: Directory,
  name: string,
  options: CallOptions = {},
): Promise<SavedIndex> {
  const container = await openContainer(directory, name);
  try {
    const blocks: [string, Uint8Array][] = [];
    for (const block of container.blocks) blocks.push([block.name, await container.read(block.name, options)]);
    const { kind, version, header } = container;
    return { kind, version, header, blocks: Object.fromEntries(blocks) };
  } finally {
    await container.close();
  }
}
