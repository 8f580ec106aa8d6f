import { z } from 'zod';
import { secretText } from '../http/index.js';

/** Where models come from and are kept, field by field, for factories that add their own. */
export type HubFields = {
  /** Folder that keeps what was fetched. May serve several processes. Made when it is first needed. */
  readonly cache: z.ZodString;
  /**
   * The hub or a mirror of it: `https:`, or `http:` on this machine.
   * @default 'https://huggingface.co'
   */
  readonly endpoint: z.ZodDefault<z.ZodURL>;
  /**
   * Sent to the endpoint and to no other host; in no error and no log.
   * @default none
   */
  readonly token: z.ZodOptional<z.ZodString>;
  /**
   * `'cache first'` asks the hub only for what the cache lacks; `'hub first'` asks it what the revision is now;
   * `'cache only'` never opens a connection.
   * @default 'cache first'
   */
  readonly source: z.ZodDefault<
    z.ZodEnum<{ 'cache first': 'cache first'; 'hub first': 'hub first'; 'cache only': 'cache only' }>
  >;
  /**
   * Bytes of all files of a model together; a larger one is refused before anything is fetched.
   * @default 8 GiB
   */
  readonly maxBytes: z.ZodDefault<z.ZodInt>;
  /**
   * Milliseconds without a byte after which a request has failed.
   * @default 30000
   */
  readonly timeoutMs: z.ZodDefault<z.ZodInt>;
  /**
   * Failures in a row, without a byte gained between them, after which a file is given up.
   * @default 5
   */
  readonly maxAttempts: z.ZodDefault<z.ZodInt>;
  /**
   * Milliseconds before the second attempt; later pauses are twice as long each.
   * @default 500
   */
  readonly retryDelayMs: z.ZodDefault<z.ZodInt>;
  /**
   * Longest pause in milliseconds. A hub that asks for a longer one (`Retry-After`) is given up.
   * @default 60000
   */
  readonly maxRetryDelayMs: z.ZodDefault<z.ZodInt>;
  /**
   * Milliseconds to wait for another process that is fetching the same model.
   * @default 1800000, half an hour
   */
  readonly lockTimeoutMs: z.ZodDefault<z.ZodInt>;
  /**
   * What makes the requests, where a proxy or a certificate of your own is needed. Must follow `redirect: 'manual'`.
   * @default the global `fetch`
   */
  readonly fetch: z.ZodOptional<z.ZodCustom<typeof fetch, typeof fetch>>;
};

/** Where models come from and are kept. */
export type HubOptions = z.input<z.ZodObject<HubFields>>;

/** {@link HubOptions} with the defaults filled in. */
export type HubSettings = z.output<z.ZodObject<HubFields>>;

const milliseconds = (standard: number): z.ZodDefault<z.ZodInt> =>
  z
    .int()
    .min(1)
    .max(2 ** 31 - 1)
    .default(standard);

export const hubFields: HubFields = {
  cache: z.string().min(1),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .refine(isSafe, 'it must be https (or this machine) and hold neither a password nor a query')
    .default('https://huggingface.co'),
  token: secretText.optional(),
  source: z.enum(['cache first', 'hub first', 'cache only']).default('cache first'),
  maxBytes: z
    .int()
    .min(1)
    .default(8 * 2 ** 30),
  timeoutMs: milliseconds(30_000),
  maxAttempts: z.int().min(1).max(100).default(5),
  retryDelayMs: milliseconds(500),
  maxRetryDelayMs: milliseconds(60_000),
  lockTimeoutMs: milliseconds(1_800_000),
  fetch: z.custom<typeof fetch>((value) => typeof value === 'function').optional(),
};

/** A token must not travel in the clear, and `fetch` quotes addresses that hold a password. */
function isSafe(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(endpoint);
  const local = hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  return (protocol === 'https:' || local) && username + password + search + hash === '';
}
