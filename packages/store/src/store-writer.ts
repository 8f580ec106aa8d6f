import type { CallOptions, Document, Json, SavedIndex } from '@sluice/core';

/**
 * The one writer of a collection.
 *
 * Nothing that it does can be seen until `commit`, and a commit is seen whole or not at all, whatever happens to the
 * process or the machine in between. What was not committed is removed by `close`, or by the next writer.
 *
 * Calls may overlap; they are done one after another. When the disk refuses something, or a signal ends a call that was
 * finishing a segment, only `close` is left: every other call is `StoreClosedError`, with the reason as its cause.
 */
export interface StoreWriter {
  /** The commit that this writer builds on; 0 in an empty folder. */
  readonly generation: number;
  /** Documents in that commit and in the segments added since. */
  readonly size: number;
  /** Segments of that commit and those added since, in order: parts can be attached to all of them. */
  readonly segments: readonly SegmentWriter[];

  /** Begins a segment. It becomes part of the next commit. */
  addSegment(): Promise<SegmentWriter>;

  /** Replaces what `Snapshot.settings` returns, from the next commit on. */
  configure(settings: Json): void;

  /**
   * Makes everything so far durable and visible in one step. Resolves with the commit's generation; the writer goes on.
   * Segments that are still open are finished first. Without a change nothing is written.
   *
   * @throws {WriterConflictError} another writer committed since this one was opened; nothing of this one is visible
   */
  commit(options?: CallOptions): Promise<number>;

  /** Removes what was not committed and lets others write. A second call does nothing. */
  close(): Promise<void>;
}

/** A segment that grows, or an older one that gets further parts. */
export interface SegmentWriter {
  /** Documents so far; the next one gets this as its ordinal in the segment. */
  readonly size: number;

  /**
   * Appends documents, which are numbered in their order. All or nothing: when one is refused, none is added. Wait for
   * one call before the next, or the documents of all calls are in memory at once.
   *
   * @throws {InvalidInputError} a document is not one, or its id is in the collection already (`row` counts from 0)
   * @throws {SegmentFinishedError} the segment is finished
   */
  add(documents: readonly Document[], options?: CallOptions): Promise<void>;

  /**
   * Ends the documents and writes their last files; `commit` does it where nobody has. A second call does nothing.
   */
  finish(options?: CallOptions): Promise<void>;

  /**
   * Stores an index of this segment's documents under a name, replacing one of that name from the next commit on.
   * Its ordinals are the segment's own, 0 to `size - 1`.
   *
   * @param name 1 to 64 of a-z, 0-9, dot, underscore and hyphen, beginning with a letter or digit
   * @throws {FingerprintMismatchError} another segment's part of this name was filled by something else
   */
  attach(name: string, index: SavedIndex, options?: AttachOptions): Promise<void>;
}

/** What `SegmentWriter.attach` takes. */
export interface AttachOptions extends CallOptions {
  /** Model or analyzer that filled the index; compared whenever the part is opened. */
  readonly fingerprint?: string;
}
