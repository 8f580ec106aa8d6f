import { secretText } from '@sluice/inference/http';
import { z } from 'zod';

/** The options of {@link remoteEmbedder}, field by field. */
export type RemoteEmbedderFields = {
  /**
   * What `/embeddings` is appended to: `https:`, or `http:` where nobody else listens.
   * @example 'https://api.openai.com/v1'
   */
  readonly baseUrl: z.ZodURL;
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
   * Sent as a bearer token, to the endpoint alone; in no error, log or fingerprint.
   * @default none
   */
  readonly apiKey: z.ZodOptional<z.ZodString>;
  /**
   * Further headers, as secret as the key: `{ 'api-key': '...' }`.
   * @default none
   */
  readonly headers: z.ZodDefault<z.ZodRecord<z.ZodString, z.ZodString>>;
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
  /**
   * Requests under way at once, in each call. 1 to 64.
   * @default 4
   */
  readonly maxConcurrentRequests: z.ZodDefault<z.ZodInt>;
  /**
   * Milliseconds without a byte after which a request has failed.
   * @default 60000
   */
  readonly timeoutMs: z.ZodDefault<z.ZodInt>;
  /**
   * Attempts in all for a request that may succeed later: 408, 429, 5xx, a broken connection. 1 to 100.
   * @default 5
   */
  readonly maxAttempts: z.ZodDefault<z.ZodInt>;
  /**
   * Milliseconds before the second attempt; later pauses are twice as long each.
   * @default 500
   */
  readonly retryDelayMs: z.ZodDefault<z.ZodInt>;
  /**
   * Longest pause in milliseconds. An endpoint that asks for a longer one (`Retry-After`) is given up.
   * @default 60000
   */
  readonly maxRetryDelayMs: z.ZodDefault<z.ZodInt>;
  /**
   * Bytes of an answer; a longer one is refused.
   * @default 256 MiB
   */
  readonly maxAnswerBytes: z.ZodDefault<z.ZodInt>;
  /**
   * What makes the requests, where a proxy or a certificate of your own is needed.
   * @default the global `fetch`
   */
  readonly fetch: z.ZodOptional<z.ZodCustom<typeof fetch, typeof fetch>>;
};

/** What a field of a request may be. */
export type FieldValue = string | number | boolean;

/** Options of {@link remoteEmbedder}. */
export type RemoteEmbedderOptions = z.input<z.ZodObject<RemoteEmbedderFields>>;

/** {@link RemoteEmbedderOptions} with the defaults filled in. */
export type RemoteEmbedderSettings = z.output<z.ZodObject<RemoteEmbedderFields>>;

const milliseconds = (standard: number): z.ZodDefault<z.ZodInt> =>
  z
    .int()
    .min(1)
    .max(2 ** 31 - 1)
    .default(standard);

/** Nothing that makes `fetch` refuse a header with a message that quotes it. */
const headerText: z.ZodString = z.string().regex(/^[\x20-\x7e]+$/, 'it holds a character that no header may have');

/** Fields of the request that are decided by other options. */
const OWN_FIELDS = new Set(['model', 'input', 'dimensions', 'encoding_format']);

const fields = (): RemoteEmbedderFields['queryFields'] =>
  z
    .record(
      z.string().refine((name) => !OWN_FIELDS.has(name), 'another option decides this field'),
      z.union([z.string(), z.number(), z.boolean()]),
    )
    .default({});

export const remoteEmbedderOptions: z.ZodObject<RemoteEmbedderFields, z.core.$strict> = z.strictObject({
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .refine(
      hasNoSecrets,
      'it must hold neither a password, nor a query, nor a fragment: keys go into `apiKey` or `headers`',
    ),
  model: z.string().min(1),
  dimensions: z.int().min(1).max(65_536),
  shortening: z.enum(['none', 'remote']).default('none'),
  similarity: z.enum(['cosine', 'dot', 'euclidean']).default('cosine'),
  apiKey: secretText.optional(),
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/), headerText).default({}),
  queryPrompt: z.string().default(''),
  documentPrompt: z.string().default(''),
  queryFields: fields(),
  documentFields: fields(),
  encoding: z.enum(['base64', 'float']).default('base64'),
  maxTexts: z.int().min(1).max(10_000).default(96),
  maxCharacters: z.int().min(1).default(100_000),
  maxTextCharacters: z.int().min(1).optional(),
  maxConcurrentRequests: z.int().min(1).max(64).default(4),
  timeoutMs: milliseconds(60_000),
  maxAttempts: z.int().min(1).max(100).default(5),
  retryDelayMs: milliseconds(500),
  maxRetryDelayMs: milliseconds(60_000),
  maxAnswerBytes: z
    .int()
    .min(1)
    .default(256 * 2 ** 20),
  fetch: z.custom<typeof fetch>((value) => typeof value === 'function').optional(),
});

/** Addresses appear in errors and fingerprints. */
function hasNoSecrets(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { username, password, search, hash } = new URL(address);
  return username + password + search + hash === '';
}
