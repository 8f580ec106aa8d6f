import type { Document } from '@sluice/core';
import { z } from 'zod';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Longest text, in UTF-16 units: its UTF-8 form must fit one block, which must fit one array. */
const LONGEST_TEXT = 2 ** 28;

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const metadataSchema = z.record(z.string(), z.union([scalar, z.null(), z.array(scalar)]));

/** A document as a store takes it. In texts and titles a lone surrogate becomes U+FFFD, as in every UTF-8 encoder. */
export const documentSchema: z.ZodType<Document> = z
  .strictObject({
    id: z
      .string()
      .min(1)
      .refine((id) => !LONE_SURROGATE.test(id), 'it must be well-formed Unicode'),
    text: z.string().max(LONGEST_TEXT),
    title: z.string().max(LONGEST_TEXT).exactOptional(),
    metadata: metadataSchema.exactOptional(),
  })
  .readonly();
