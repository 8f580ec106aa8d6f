import { type CallOptions, paced } from '@sluice/core';
import { type ContainerReader, CorruptFileError, type Directory } from '@sluice/files';
import { DOCUMENTS_KIND } from '../documents/documents-layout.js';
import { DocumentsReader } from '../documents/documents-reader.js';
import { brokenOrder, ID_TABLE_KIND, loadIdTable } from '../ids/saved-id-table.js';
import type { FileReference, Manifest } from '../manifest/manifest.js';
import { loadMetadata, METADATA_KIND } from '../metadata/saved-metadata.js';
import { openReferenced } from '../reading/open-referenced.js';
import { loadSaved } from '../reading/read-saved.js';

/** How a file of some role is looked at beyond its checksums. */
interface Role {
  readonly kind: { readonly kind: string; readonly version: number } | undefined;
  /** @throws {CorruptFileError} what it holds contradicts itself */
  inspect(directory: string, container: ContainerReader, signal?: AbortSignal): Promise<void>;
}

/** A file that a commit needs, with its role. */
export interface CheckedFile {
  readonly reference: FileReference;
  readonly role: Role;
}

const documents: Role = {
  kind: DOCUMENTS_KIND,
  async inspect(directory, container, signal) {
    const reader = await DocumentsReader.open(directory, container, 0);
    for (let block = 0; block < reader.blocks; block++) await reader.read(block, signal ? { signal } : {});
  },
};

const ids: Role = {
  kind: ID_TABLE_KIND,
  async inspect(directory, container, signal) {
    const problem = await brokenOrder(await loadSaved(directory, container, loadIdTable), signal);
    if (problem !== undefined) throw new CorruptFileError({ directory, file: container.name, problem });
  },
};

const metadata: Role = {
  kind: METADATA_KIND,
  async inspect(directory, container, signal) {
    await loadSaved(directory, container, (saved) => paced(loadMetadata(saved), signal));
  },
};

/** A part belongs to its loader: here its checksums must do. */
const part: Role = { kind: undefined, async inspect() {} };

/** The files that a commit needs, in a fixed order. */
export function filesToCheck({ segments }: Manifest): CheckedFile[] {
  return segments.flatMap((segment) => [
    { reference: segment.documents, role: documents },
    { reference: segment.ids, role: ids },
    { reference: segment.metadata, role: metadata },
    ...Object.values(segment.parts).map(({ file }) => ({ reference: file, role: part })),
  ]);
}

/**
 * Reads every byte of a file, and what it holds.
 *
 * @throws {FileNotFoundError}
 * @throws {CorruptFileError}
 * @throws {UnsupportedFormatError}
 */
export async function checkFile(
  directory: Directory,
  { reference, role }: CheckedFile,
  options: CallOptions,
): Promise<void> {
  const container = await openReferenced(directory, reference, role.kind);
  try {
    await container.verify(options);
    await role.inspect(directory.name, container, options.signal);
  } finally {
    await container.close();
  }
}
