import type { z } from 'zod';
import { InvalidOptionsError } from './errors/invalid-options-error.js';

/**
 * Checks options against their schema and fills in the defaults.
 *
 * @param owner who asks, for the error: a factory's name; taken from the schema's `title` when left out
 * @throws {InvalidOptionsError} with one issue for each wrong field
 */
export function parseOptions<Output>(schema: z.ZodType<Output>, options: unknown, owner?: string): Output {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  throw new InvalidOptionsError({
    owner: owner ?? schema.meta()?.title ?? 'options',
    issues: result.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message })),
  });
}
