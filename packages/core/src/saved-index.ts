import type { Json } from './stage-spec.js';

/** An index as named blocks of bytes, ready for the checksummed container of `@sluice/files`. */
export interface SavedIndex {
  /** Which loader reads it: `flat`, `bm25`. */
  readonly kind: string;
  /** Version of the layout, from 1. Loaders read every version ever released. */
  readonly version: number;
  /** Small facts: shapes, options, fingerprints. Validated by the loader: it comes from outside. */
  readonly header: Json;
  /** Bulk data, little-endian, loaded without parsing. */
  readonly blocks: Readonly<Record<string, Uint8Array>>;
}
