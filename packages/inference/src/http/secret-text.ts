import { z } from 'zod';

/**
 * A secret that is sent in a header: visible ASCII, so that nothing that handles headers has to refuse it with a
 * message that quotes it. Neither is it quoted here.
 */
export const secretText: z.ZodString = z
  .string()
  .regex(/^[\x21-\x7e]+$/, 'it is empty, or holds a character that no header may have, such as a line end');
