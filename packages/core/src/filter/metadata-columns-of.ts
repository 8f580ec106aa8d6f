import type { Metadata } from '../metadata.js';
import type { MetadataColumns } from './metadata-columns.js';
import { MetadataColumnsBuilder } from './metadata-columns-builder.js';

/**
 * The columns of documents' metadata, in memory, at once. For very many documents, or as they come in, use
 * {@link MetadataColumnsBuilder}.
 *
 * @param metadata one a document, in the order of their ordinals; `undefined` for a document without
 */
export function metadataColumnsOf(metadata: readonly (Metadata | undefined)[]): MetadataColumns {
  const builder = new MetadataColumnsBuilder();
  for (const each of metadata) builder.add(each);
  return builder.build();
}
