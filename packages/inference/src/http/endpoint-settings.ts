import { z } from 'zod';
import { secretText } from './secret-text.js';

/** What the options of everything that posts to an endpoint have in common, field by field. */
export type EndpointFields = {
  /**
   * What the path of the call is appended to: `https:`, or `http:` where nobody else listens.
   * @example 'https://api.openai.com/v1'
   */
  readonly baseUrl: z.ZodURL;
  /**
   * Sent as a bearer token, to the endpoint alone; in no error, log or fingerprint.
   * @default none
   */
  readonly apiKey: z.ZodOptional<z.ZodString>;
  /**
   * Further headers, as secret as the key: `{ 'api-key': '...' }`. Each name once, in any case; `authorization` only
   * without `apiKey`.
   * @default none
   */
  readonly headers: z.ZodDefault<z.ZodRecord<z.ZodString, z.ZodString>>;
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

/** {@link EndpointFields} with the defaults filled in. */
export type EndpointSettings = z.output<z.ZodObject<EndpointFields>>;

/** What a field of a request may be. */
export type FieldValue = string | number | boolean;

const milliseconds = (standard: number): z.ZodDefault<z.ZodInt> =>
  z
    .int()
    .min(1)
    .max(2 ** 31 - 1)
    .default(standard);

/** Nothing that makes `fetch` refuse a header with a message that quotes it. */
const headerText: z.ZodString = z.string().regex(/^[\x20-\x7e]+$/, 'it holds a character that no header may have');

/** To be spread into the schema of a component. */
export const endpointFields: EndpointFields = {
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .refine(
      hasNoSecrets,
      'it must hold neither a password, nor a query, nor a fragment: keys go into `apiKey` or `headers`',
    ),
  apiKey: secretText.optional(),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9-]+$/), headerText)
    .refine(differBeyondCase, 'two names differ in case alone')
    .default({}),
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
};

/**
 * Whether `authorization` is given once: for `refine` of a schema that {@link endpointFields} are spread into, with
 * {@link authorizationTwice}.
 */
export function hasOneAuthorization({ apiKey, headers }: Pick<EndpointSettings, 'apiKey' | 'headers'>): boolean {
  return apiKey === undefined || !lowerCased(headers).includes('authorization');
}

/** The issue where {@link hasOneAuthorization} is false. */
export const authorizationTwice: { readonly message: string; readonly path: ['headers'] } = {
  message: 'they hold `authorization`, which `apiKey` makes: leave one of them out',
  path: ['headers'],
};

/** Further fields of a request, none of them one of `own`, which other options decide. */
export function requestFields(own: ReadonlySet<string>): z.ZodDefault<z.ZodRecord<z.ZodString, z.ZodType<FieldValue>>> {
  return z
    .record(
      z.string().refine((name) => !own.has(name), 'another option decides this field'),
      z.union([z.string(), z.number(), z.boolean()]),
    )
    .default({});
}

/** `path` under the base. */
export function endpointUrl({ baseUrl }: Pick<EndpointSettings, 'baseUrl'>, path: string): URL {
  return new URL(`${baseUrl.replace(/\/+$/, '')}/${path}`);
}

function differBeyondCase(headers: Readonly<Record<string, string>>): boolean {
  const names = lowerCased(headers);
  return new Set(names).size === names.length;
}

function lowerCased(headers: Readonly<Record<string, string>>): string[] {
  return Object.keys(headers).map((name) => name.toLowerCase());
}

/** Addresses appear in errors and fingerprints. */
function hasNoSecrets(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { username, password, search, hash } = new URL(address);
  return username + password + search + hash === '';
}
