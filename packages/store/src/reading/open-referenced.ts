import {
  type ContainerKind,
  type ContainerReader,
  CorruptFileError,
  type Directory,
  openContainer,
  UnsupportedFormatError,
} from '@sluice/files';
import type { FileReference } from '../manifest/manifest.js';

/**
 * Opens a file that a manifest names, and makes sure that it is that file.
 *
 * @param expected what it must be a container of; anything where left out
 * @throws {FileNotFoundError}
 * @throws {CorruptFileError} damaged, or intact but another file
 * @throws {UnsupportedFormatError} a later release wrote it
 */
export async function openReferenced(
  directory: Directory,
  reference: FileReference,
  expected?: ContainerKind,
): Promise<ContainerReader> {
  const container = await openContainer(directory, reference.name);
  try {
    expectReferenced(directory.name, container, reference, expected);
    return container;
  } catch (error) {
    await container.close();
    throw error;
  }
}

function expectReferenced(
  directory: string,
  container: ContainerReader,
  { name, bytes, checksum }: FileReference,
  expected: ContainerKind | undefined,
): void {
  const { kind, version, identity } = container;
  if (identity.bytes !== bytes || identity.checksum !== checksum) {
    throw new CorruptFileError({ directory, file: name, problem: 'it is intact but not the file that was committed' });
  }
  if (!expected) return;
  if (kind !== expected.kind) {
    throw new CorruptFileError({ directory, file: name, problem: `it holds '${kind}', not '${expected.kind}'` });
  }
  if (version > expected.version) {
    const [found, supported] = [`${kind} version ${version}`, `${kind} version ${expected.version}`];
    throw new UnsupportedFormatError({ directory, file: name, found, supported });
  }
}
