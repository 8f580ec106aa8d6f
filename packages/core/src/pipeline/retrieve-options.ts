import { z } from 'zod';

/** The part of `RetrieveOptions` that can be wrong in a way that a type does not see. */
export const retrieveOptions: z.ZodType<{ topK: number }> = z
  .looseObject({ topK: z.int().min(1) })
  .meta({ title: 'retrieve' });
