import {
  authorizationTwice,
  type EndpointFields,
  endpointFields,
  type FieldValue,
  hasOneAuthorization,
  requestFields,
} from '@sluice/inference/http';
import { z } from 'zod';

/** The options of {@link remoteEmbedder}, field by field. */
export type RemoteEmbedderFields = EndpointFields & {
  /** The model's name at the endpoint. */
  readonly model: z.ZodString;
  /** Columns of the rows that the endpoint returns; another width is an error. 1 to 65536. */
  readonly dimensions: z.ZodInt;
  /**
   * `'remote'` asks the endpoint to shorten its rows to `dimensions` (the field of that name), where the model can.
   * @default 'none'
   */
  readonly shortening: z.ZodDefault<z.ZodEnum<{ none: 'none'; remote: 'remote' }>>;
  /**
   * How rows are compared. Under cosine they are scaled to length 1.
   * @default 'cosine'
   */
  readonly similarity: z.ZodDefault<z.ZodEnum<{ cosine: 'cosine'; dot: 'dot'; euclidean: 'euclidean' }>>;
  /**
   * Text put before every query.
   * @default ''
   */
  readonly queryPrompt: z.ZodDefault<z.ZodString>;
  /**
   * Text put before every document.
   * @default ''
   */
  readonly documentPrompt: z.ZodDefault<z.ZodString>;
  /**
   * Fields of the request for queries, for endpoints that tell them apart: `{ input_type: 'query' }`.
   * @default none
   */
  readonly queryFields: z.ZodDefault<z.ZodRecord<z.ZodString, z.ZodType<FieldValue>>>;
  /**
   * Fields of the request for documents.
   * @default none
   */
  readonly documentFields: z.ZodDefault<z.ZodRecord<z.ZodString, z.ZodType<FieldValue>>>;
  /**
   * How rows are asked for: `'base64'` is a third of the size; `'float'` for endpoints that refuse the field's value. Both are
   * understood, whatever comes.
   * @default 'base64'
   */
  readonly encoding: z.ZodDefault<z.ZodEnum<{ base64: 'base64'; float: 'float' }>>;
  /**
   * Texts of a request. 1 to 10000.
   * @default 96
   */
  readonly maxTexts: z.ZodDefault<z.ZodInt>;
  /**
   * Characters of a request, about four to a token in English; a longer text is a request by itself.
   * @default 100000
   */
  readonly maxCharacters: z.ZodDefault<z.ZodInt>;
  /**
   * Longer texts are cut to it, prompt included: endpoints refuse what is longer than the model takes.
   * @default none are cut
   */
  readonly maxTextCharacters: z.ZodOptional<z.ZodInt>;
};

/** Options of {@link remoteEmbedder}. */
export type RemoteEmbedderOptions = z.input<z.ZodObject<RemoteEmbedderFields>>;

/** {@link RemoteEmbedderOptions} with the defaults filled in. */
export type RemoteEmbedderSettings = z.output<z.ZodObject<RemoteEmbedderFields>>;

/** Fields of the request that are decided by other options. */
const OWN_FIELDS = new Set(['model', 'input', 'dimensions', 'encoding_format']);

export const remoteEmbedderOptions: z.ZodObject<RemoteEmbedderFields, z.core.$strict> = z
  .strictObject({
    ...endpointFields,
    model: z.string().min(1),
    dimensions: z.int().min(1).max(65_536),
    shortening: z.enum(['none', 'remote']).default('none'),
    similarity: z.enum(['cosine', 'dot', 'euclidean']).default('cosine'),
    queryPrompt: z.string().default(''),
    documentPrompt: z.string().default(''),
    queryFields: requestFields(OWN_FIELDS),
    documentFields: requestFields(OWN_FIELDS),
    encoding: z.enum(['base64', 'float']).default('base64'),
    maxTexts: z.int().min(1).max(10_000).default(96),
    maxCharacters: z.int().min(1).default(100_000),
    maxTextCharacters: z.int().min(1).optional(),
  })
  .refine(hasOneAuthorization, authorizationTwice);
