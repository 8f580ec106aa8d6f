import type { Document } from '@sluice/core';
import { type Directory, memoryDirectory } from '@sluice/files';
import { hashedEmbedder } from '@sluice/testing';
import type { Collection } from './collection.js';
import { type IndexOptions, indexDocuments } from './index-documents.js';
import { openCollection } from './open-collection.js';

/** Four documents on two subjects, in an order that is not that of their ids. */
export const waters: readonly Document[] = [
  { id: 'weir', text: 'a weir raises the level of a river', metadata: { year: 1850, kinds: ['river', 'wall'] } },
  { id: 'lock', title: 'Locks', text: 'a lock lifts boats from one level to the next', metadata: { year: 1790 } },
  { id: 'bread', text: 'yeast lets dough rise', metadata: { year: 2001 } },
  { id: 'dam', text: 'a dam holds the river back', metadata: { year: 1936, kinds: ['river'] } },
];

/** A directory that holds the documents, with vectors of the hashed embedder unless told otherwise. */
export async function indexed(
  documents: readonly Document[] = waters,
  options: IndexOptions = { embedder: hashedEmbedder() },
): Promise<Directory> {
  const directory = memoryDirectory();
  await indexDocuments(documents, directory, options);
  return directory;
}

/** The same, open. */
export async function opened(documents: readonly Document[] = waters): Promise<Collection> {
  const embedder = hashedEmbedder();
  return openCollection(await indexed(documents, { embedder }), { embedder });
}
