import { z } from 'zod';

/** What a file must be: of the content, or of git's header and the content as git names a blob. */
export interface Checksum {
  readonly kind: 'sha256' | 'git blob';
  /** Lower-case hexadecimal: 64 digits, or 40. */
  readonly hex: string;
}

/** A file of a model at a hub. */
export interface RepositoryFile {
  /** Path inside the model, with `/`. */
  readonly name: string;
  readonly bytes: number;
  readonly checksum: Checksum;
}

/** One state of a model at a hub: its files, as far as any use of it could need them. */
export interface Repository {
  /** 40 hexadecimal digits; what they name never changes. */
  readonly commit: string;
  readonly files: readonly RepositoryFile[];
}

const checksum: z.ZodType<Checksum> = z.union([
  z.strictObject({ kind: z.literal('sha256'), hex: z.string().regex(/^[0-9a-f]{64}$/) }),
  z.strictObject({ kind: z.literal('git blob'), hex: z.string().regex(/^[0-9a-f]{40}$/) }),
]);

/** As it is kept in the cache. */
export const repositorySchema: z.ZodType<Repository> = z.strictObject({
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  files: z.array(z.strictObject({ name: z.string(), bytes: z.int().nonnegative(), checksum })),
});
