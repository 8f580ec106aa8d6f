import {
  authorizationTwice,
  type EndpointFields,
  endpointFields,
  type FieldValue,
  hasOneAuthorization,
  requestFields,
} from '@sluice/inference/http';
import { z } from 'zod';

/** Whose field names a request has. Answers of both are understood, whatever was asked. */
export type RerankDialect = 'cohere' | 'voyage';

/** The options of {@link httpReranker}, field by field. */
export type HttpRerankerFields = EndpointFields & {
  /** The model's name at the endpoint. */
  readonly model: z.ZodString;
  /**
   * Names of the fields: `'cohere'` (`top_n`), which Jina and most servers of one's own speak too, or `'voyage'`
   * (`top_k`).
   * @default 'cohere'
   */
  readonly dialect: z.ZodDefault<z.ZodEnum<{ cohere: 'cohere'; voyage: 'voyage' }>>;
  /**
   * What the scores are: `'relevance'` from 0 to 1, or `'logit'` without bounds (llama.cpp, jina-reranker-v3). One
   * outside is an error.
   * @default 'relevance'
   */
  readonly scores: z.ZodDefault<z.ZodEnum<{ relevance: 'relevance'; logit: 'logit' }>>;
  /**
   * Name of its score column.
   * @default 'rerank'
   */
  readonly name: z.ZodDefault<z.ZodString>;
  /**
   * Further fields of the request: `{ return_documents: false }`.
   * @default none
   */
  readonly fields: z.ZodDefault<z.ZodRecord<z.ZodString, z.ZodType<FieldValue>>>;
  /**
   * Documents of a request. A model that compares them among each other needs the whole list in one. 1 to 10000.
   * @default 100
   */
  readonly maxDocuments: z.ZodDefault<z.ZodInt>;
  /**
   * Longer documents are cut to it, about four characters to a token in English.
   * @default none are cut
   */
  readonly maxDocumentCharacters: z.ZodOptional<z.ZodInt>;
};

/** Options of {@link httpReranker}. */
export type HttpRerankerOptions = z.input<z.ZodObject<HttpRerankerFields>>;

/** {@link HttpRerankerOptions} with the defaults filled in. */
export type HttpRerankerSettings = z.output<z.ZodObject<HttpRerankerFields>>;

/** Fields of the request that are decided by other options, or by nobody: without all scores candidates would be lost. */
const OWN_FIELDS = new Set(['model', 'query', 'documents', 'top_n', 'top_k']);

export const httpRerankerOptions: z.ZodObject<HttpRerankerFields, z.core.$strict> = z
  .strictObject({
    ...endpointFields,
    model: z.string().min(1),
    dialect: z.enum(['cohere', 'voyage']).default('cohere'),
    scores: z.enum(['relevance', 'logit']).default('relevance'),
    name: z.string().min(1).default('rerank'),
    fields: requestFields(OWN_FIELDS),
    maxDocuments: z.int().min(1).max(10_000).default(100),
    maxDocumentCharacters: z.int().min(1).optional(),
  })
  .refine(hasOneAuthorization, authorizationTwice);
