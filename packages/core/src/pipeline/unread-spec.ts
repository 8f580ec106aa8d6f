import { z } from 'zod';

/** A part of a written pipeline before anyone knows its type: what else it holds is for that type's schema. */
export interface UnreadSpec {
  readonly type: string;
  readonly [option: string]: unknown;
}

/** An object with a `type`. For the parts of a type that has parts: `schema: z.strictObject({ by: unreadSpec })`. */
export const unreadSpec: z.ZodType<UnreadSpec> = z.looseObject({ type: z.string().min(1) });
