import { z } from 'zod';

/**
 * Checks options by a schema and hands them on as they were given, without its defaults: what is left out is somebody
 * else's to choose.
 */
export function asGiven<Input>(schema: z.ZodType<unknown, Input>): z.ZodType<Input, Input> {
  return z.custom<Input>().superRefine((given, context) => {
    const checked = schema.safeParse(given);
    for (const { path, message } of checked.error?.issues ?? []) context.addIssue({ code: 'custom', path, message });
  });
}
