import { z } from 'zod';
import { parseOptions } from '../parse-options.js';
import type { Stage } from './stage.js';

export const takeOptions: z.ZodObject<{ topK: z.ZodInt }, z.core.$strict> = z.strictObject({ topK: z.int().min(1) });

/**
 * Keeps the first `topK` documents.
 *
 * @param topK an integer, at least 1
 * @throws {InvalidOptionsError} it is not
 */
export function take(topK: number): Stage {
  parseOptions(takeOptions, { topK }, 'take');
  return {
    name: 'take',
    step: `take(${topK})`,
    requires: [],
    identity: ['take', topK],
    depth: (asked) => Math.min(asked, topK),
    async apply(candidates, { topK: asked }) {
      return candidates.map(({ ranking }) => ranking.take(Math.min(asked, topK)));
    },
    toSpec: () => ({ type: 'take', topK }),
  };
}
