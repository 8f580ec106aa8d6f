import type {
  Bitmap,
  CallOptions,
  Document,
  DocumentSpace,
  Filter,
  Json,
  MetadataColumns,
  SavedIndex,
} from '@sluice/core';

/**
 * One commit of a collection, open for reading.
 *
 * It stays as it is, whatever is committed or removed later, until it is closed. Every byte is checked when it is read:
 * a damaged one is `CorruptFileError`, with the file's name.
 */
export interface Snapshot {
  /** Which commit it is, from 1. */
  readonly generation: number;
  /** Numbers all documents, segment after segment, and reads their texts. */
  readonly space: DocumentSpace;
  /** In the order of their bases; an empty collection has none. */
  readonly segments: readonly Segment[];
  /** What the owner of the collection wrote down about it with `StoreWriter.configure`; `null` at first. */
  readonly settings: Json;
  /** Fingerprint of what filled each part, by the part's name. Parts attached without one are absent. */
  readonly fingerprints: ReadonlyMap<string, string>;
  /** Bytes of the files that this commit names. */
  readonly bytes: number;

  /**
   * Whole documents, in the order of `ordinals`, which may repeat.
   *
   * @throws {RangeError} an ordinal is not below the size of the space
   */
  documents(ordinals: Uint32Array, options?: CallOptions): Promise<Document[]>;

  /** Every document in the order of ordinals, in batches; each block is read and unpacked once. */
  scan(options?: CallOptions): AsyncIterable<readonly Document[]>;

  /** The documents whose metadata match, as ordinals of the space. */
  matching(filter: Filter, options?: CallOptions): Promise<Bitmap>;

  /** Ends reading and frees the files. A second call does nothing. */
  close(): Promise<void>;
}

/** Documents that were added together, with the indexes made of them. None of its files ever changes. */
export interface Segment {
  /** Ordinal in the collection of the segment's document 0. */
  readonly base: number;
  /** Documents in it; its own ordinals are 0 to `size - 1`. */
  readonly size: number;
  /** The indexes that were attached, by name. */
  readonly parts: ReadonlyMap<string, PartFacts>;

  /** Metadata in columns, by the segment's own ordinals. Read at the first call and kept until the snapshot is closed. */
  metadata(options?: CallOptions): Promise<MetadataColumns>;

  /**
   * Reads a part whole, ready for its loader. Its ordinals are the segment's own.
   *
   * @param fingerprint of what the caller is about to use it with; not compared when left out
   * @throws {PartNotFoundError} nothing of that name is attached
   * @throws {FingerprintMismatchError} it was filled by something else
   */
  open(name: string, options?: OpenPartOptions): Promise<SavedIndex>;
}

/** What is known of a part without reading it. */
export interface PartFacts {
  /** Which loader reads it. */
  readonly kind: string;
  /** Bytes of its file. */
  readonly bytes: number;
  /** Model or analyzer that filled it. */
  readonly fingerprint?: string;
}

/** What `Segment.open` takes. */
export interface OpenPartOptions extends CallOptions {
  readonly fingerprint?: string;
}
