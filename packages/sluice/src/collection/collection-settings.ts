import { InvalidInputError, type Json, type StageSpec } from '@sluice/core';
import { fieldRanges } from '@sluice/retrievers';
import { z } from 'zod';

/** What a collection writes down about itself, beside its segments. */
export interface CollectionSettings {
  readonly format: 1;
  readonly bm25: {
    /** Name of the analyzer. */
    readonly analyzer: string;
    readonly k1: number;
    readonly b: number;
    /** By name, where title, text and others are weighed apart; absent where they are one text. */
    readonly fields?: Readonly<Record<string, { readonly weight: number; readonly b: number }>>;
  };
  /** The dense source; absent where the collection was indexed without one. */
  readonly dense?: {
    /** The model as it was named: a shipped model or a folder. Hint only; the fingerprint decides. */
    readonly model: string;
    readonly fingerprint: string;
    readonly dimensions: number;
    readonly similarity: 'cosine' | 'dot' | 'euclidean';
    /** Which weights of a transformer's folder. */
    readonly precision?: 'float32' | 'int8';
    /** Where vectors go through a map that the segment keeps: the model before it. */
    readonly rotated?: { readonly fingerprint: string; readonly dimensions: number };
  };
  /** The sparse source of a learned model; absent where the collection was indexed without one. */
  readonly splade?: {
    /** The model as it was named; empty for an embedder of the caller's. Hint only; the fingerprint decides. */
    readonly model: string;
    readonly fingerprint: string;
    readonly vocabularySize: number;
    readonly precision?: 'float32' | 'int8';
  };
  /** The pipeline that searches unless another is asked for, written down. */
  readonly pipeline?: StageSpec;
}

const settingsSchema: z.ZodType<CollectionSettings> = z.strictObject({
  format: z.literal(1),
  bm25: z.strictObject({
    analyzer: z.string(),
    k1: z.number().nonnegative(),
    b: z.number().min(0).max(1),
    fields: z.record(z.string(), z.strictObject(fieldRanges)).exactOptional(),
  }),
  dense: z
    .strictObject({
      model: z.string(),
      fingerprint: z.string().min(1),
      dimensions: z.int().positive(),
      similarity: z.enum(['cosine', 'dot', 'euclidean']),
      precision: z.enum(['float32', 'int8']).exactOptional(),
      rotated: z.strictObject({ fingerprint: z.string().min(1), dimensions: z.int().positive() }).exactOptional(),
    })
    .exactOptional(),
  splade: z
    .strictObject({
      model: z.string(),
      fingerprint: z.string().min(1),
      vocabularySize: z.int().positive(),
      precision: z.enum(['float32', 'int8']).exactOptional(),
    })
    .exactOptional(),
  pipeline: z.looseObject({ type: z.string() }).pipe(z.custom<StageSpec>()).exactOptional(),
});

/** Names of a segment's parts. */
export const parts = { bm25: 'bm25', dense: 'dense', map: 'map', splade: 'splade' } as const;

/**
 * The settings of a snapshot.
 *
 * @throws {InvalidInputError} they are not those of a collection, or of a newer release
 */
export function readSettings(settings: Json, source: string): CollectionSettings {
  const result = settingsSchema.safeParse(settings);
  if (result.success) return result.data;
  throw new InvalidInputError(
    { source },
    'the folder is not a collection that this release can read',
    'Index the source again, or use the release that wrote it.',
    { cause: result.error },
  );
}

/** As the store keeps them. */
export function writeSettings({ format, bm25, dense, splade, pipeline }: CollectionSettings): Json {
  return {
    format,
    bm25: writeBm25(bm25),
    ...(dense ? { dense: writeDense(dense) } : {}),
    ...(splade ? { splade: { ...splade } } : {}),
    ...(pipeline ? { pipeline } : {}),
  };
}

function writeBm25({ fields, ...bm25 }: CollectionSettings['bm25']): Json {
  if (!fields) return { ...bm25 };
  return { ...bm25, fields: Object.fromEntries(Object.entries(fields).map(([name, own]) => [name, { ...own }])) };
}

function writeDense({ rotated, ...dense }: NonNullable<CollectionSettings['dense']>): Json {
  return { ...dense, ...(rotated ? { rotated: { ...rotated } } : {}) };
}
