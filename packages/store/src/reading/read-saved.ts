import type { CallOptions, SavedIndex } from '@sluice/core';
import { type ContainerReader, CorruptFileError } from '@sluice/files';

/** Every block of an open container, in memory. */
export async function readSaved(container: ContainerReader, options: CallOptions = {}): Promise<SavedIndex> {
  const blocks: [string, Uint8Array][] = [];
  for (const { name } of container.blocks) blocks.push([name, await container.read(name, options)]);
  const { kind, version, header } = container;
  return { kind, version, header, blocks: Object.fromEntries(blocks) };
}

/**
 * Reads a container whole and loads it.
 *
 * @param load what was saved, or what is wrong with it, in words
 * @throws {CorruptFileError} a byte was changed, or `load` says what is wrong
 */
export async function loadSaved<Loaded extends object>(
  directory: string,
  container: ContainerReader,
  load: (saved: SavedIndex) => Loaded | string | Promise<Loaded | string>,
  options: CallOptions = {},
): Promise<Loaded> {
  const loaded = await load(await readSaved(container, options));
  if (typeof loaded !== 'string') return loaded;
  throw new CorruptFileError({ directory, file: container.name, problem: loaded });
}
