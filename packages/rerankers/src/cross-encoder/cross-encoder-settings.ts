import { InvalidOptionsError } from '@sluice/core';
import type { LongPairs, PairModel } from '@sluice/inference';
import { z } from 'zod';

/** The fields of {@link CrossEncoderOptions}. */
type CrossEncoderFields = {
  /**
   * Name of its score column.
   * @default 'cross-encoder'
   */
  readonly name: z.ZodDefault<z.ZodString>;
  /**
   * `configured`: what the model's own activation makes of the logits. `logit`: the logits themselves, which tell the
   * best apart where a sigmoid has reached 1.
   * @default 'configured'
   */
  readonly scores: z.ZodDefault<z.ZodEnum<{ configured: 'configured'; logit: 'logit' }>>;
  /**
   * The label that says "relevant", by its name or its number from 0.
   * @default the only one; a model with several needs it
   */
  readonly label: z.ZodOptional<z.ZodUnion<readonly [z.ZodString, z.ZodInt]>>;
  /**
   * A passage that does not fit beside the query: `first` reads its beginning; `max` reads all of it in chunks and takes
   * the best; `mean of top` takes the mean of the best `topChunks`.
   * @default 'first'
   */
  readonly longPassages: z.ZodDefault<z.ZodEnum<{ first: 'first'; max: 'max'; 'mean of top': 'mean of top' }>>;
  /**
   * Chunks of a passage that count in `mean of top`; at least 1.
   * @default 3
   */
  readonly topChunks: z.ZodDefault<z.ZodInt>;
  /**
   * Tokens that neighbouring chunks share, at most half of a chunk.
   * @default 32
   */
  readonly overlap: z.ZodDefault<z.ZodInt>;
  /**
   * What `first` cuts: the longer of query and passage until both fit, as sentence-transformers does; or the passage alone.
   * @default 'longest first'
   */
  readonly truncation: z.ZodDefault<z.ZodEnum<{ 'longest first': 'longest first'; 'second only': 'second only' }>>;
  /**
   * Whether titles are read, before the text.
   * @default 'read'
   */
  readonly titles: z.ZodDefault<z.ZodEnum<{ read: 'read'; 'left out': 'left out' }>>;
};

/** Options of {@link crossEncoder}. */
export type CrossEncoderOptions = z.input<z.ZodObject<CrossEncoderFields>>;

/** The same with defaults. */
export type CrossEncoderSettings = z.output<z.ZodObject<CrossEncoderFields>>;

export const crossEncoderOptions: z.ZodObject<CrossEncoderFields, z.core.$strict> = z.strictObject({
  name: z.string().min(1).default('cross-encoder'),
  scores: z.enum(['configured', 'logit']).default('configured'),
  label: z.union([z.string(), z.int().min(0)]).optional(),
  longPassages: z.enum(['first', 'max', 'mean of top']).default('first'),
  topChunks: z.int().min(1).max(1000).default(3),
  overlap: z.int().min(0).max(100_000).default(32),
  truncation: z.enum(['longest first', 'second only']).default('longest first'),
  titles: z.enum(['read', 'left out']).default('read'),
});

/** What the model is told about pairs that are too long. */
export function longPairs({ longPassages, truncation, overlap }: CrossEncoderSettings): LongPairs {
  return longPassages === 'first' ? { kind: truncation } : { kind: 'chunks', overlap };
}

/**
 * The column of the logits that says "relevant".
 *
 * @throws {InvalidOptionsError} the model has no such label, or several and none was chosen
 */
export function labelColumn({ labels }: Pick<PairModel, 'labels'>, label: string | number | undefined): number {
  const column = typeof label === 'string' ? labels.indexOf(label) : (label ?? (labels.length === 1 ? 0 : -1));
  if (column >= 0 && column < labels.length) return column;
  const names = labels.map((name, at) => `${at} '${name}'`).join(', ');
  const message = `${label === undefined ? 'say which label means relevant' : `there is no label '${label}'`}; the model has ${names}`;
  throw new InvalidOptionsError({ owner: 'crossEncoder', issues: [{ path: 'label', message }] });
}
