import type { Json } from '@sluice/core';
import { z } from 'zod';

// A manifest is a container of kind `manifest`, version 1, without blocks; its header is what is declared here.
// A later release that needs more of it writes version 2: strict objects keep an old release from overlooking a
// deletion that it does not know.

export const MANIFEST_KIND = { kind: 'manifest', version: 1 } as const;

/** A file that a commit needs, and what tells it from every other. */
export interface FileReference {
  readonly name: string;
  readonly bytes: number;
  readonly checksum: number;
}

/** An index of a segment's documents. */
export interface PartEntry {
  readonly file: FileReference;
  readonly kind: string;
  readonly fingerprint?: string;
}

/** A segment and its files. */
export interface SegmentEntry {
  readonly size: number;
  readonly documents: FileReference;
  readonly ids: FileReference;
  readonly metadata: FileReference;
  readonly parts: Readonly<Record<string, PartEntry>>;
}

/** A commit: all that there is, and nothing else. */
export interface Manifest {
  readonly generation: number;
  readonly settings: Json;
  readonly segments: readonly SegmentEntry[];
}

const file: z.ZodType<FileReference> = z.strictObject({
  name: z.string(),
  bytes: z.int().nonnegative(),
  checksum: z.int().min(0).max(0xffffffff),
});

const part: z.ZodType<PartEntry> = z.strictObject({
  file,
  kind: z.string().min(1),
  fingerprint: z.string().exactOptional(),
});

/** What a part may be called: it becomes the end of a file name. */
export const partName: z.ZodType<string, string> = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'use 1 to 64 of a-z, 0-9, dot, underscore and hyphen');

export const manifestSchema: z.ZodType<Manifest> = z.strictObject({
  generation: z.int().min(1),
  settings: z.custom<Json>((value) => value !== undefined),
  segments: z.array(
    z.strictObject({
      size: z.int().nonnegative(),
      documents: file,
      ids: file,
      metadata: file,
      parts: z.record(partName, part),
    }),
  ),
});

/** The manifest as a header. */
export function manifestJson({ generation, settings, segments }: Manifest): Json {
  const plainFile = ({ name, bytes, checksum }: FileReference): Json => ({ name, bytes, checksum });
  const plainPart = (entry: PartEntry): Json => ({
    file: plainFile(entry.file),
    kind: entry.kind,
    ...(entry.fingerprint === undefined ? {} : { fingerprint: entry.fingerprint }),
  });
  return {
    generation,
    settings,
    segments: segments.map(({ size, documents, ids, metadata, parts }) => ({
      size,
      documents: plainFile(documents),
      ids: plainFile(ids),
      metadata: plainFile(metadata),
      parts: Object.fromEntries(Object.entries(parts).map(([name, entry]) => [name, plainPart(entry)])),
    })),
  };
}

/** Every file that the commit needs, in a fixed order. */
export function filesOf({ segments }: Manifest): FileReference[] {
  return segments.flatMap(({ documents, ids, metadata, parts }) => [
    documents,
    ids,
    metadata,
    ...Object.values(parts).map((entry) => entry.file),
  ]);
}
