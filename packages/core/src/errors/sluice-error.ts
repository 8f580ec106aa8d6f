import type { ErrorsByCode } from './errors-by-code.js';

const BRAND = Symbol.for('sluice.error');

/** What every Sluice error is made of. */
export interface SluiceErrorOptions {
  /** The error underneath, kept for `--debug` and for logs. */
  readonly cause?: unknown;
}

/**
 * The base of every error that Sluice throws on purpose.
 *
 * A subclass adds a `code` and the facts as fields; nobody needs to read the message.
 * Recognise one with {@link isSluiceError}: it works across two installed copies of this package.
 */
export abstract class SluiceError extends Error {
  /** Stable across releases, in the form `SLUICE_...`. */
  abstract readonly code: string;
  /** What to do next; the second half of the message. */
  readonly advice: string;

  /**
   * @param happened what went wrong, one sentence
   * @param advice what to do next, one sentence
   */
  constructor(happened: string, advice: string, options: SluiceErrorOptions = {}) {
    super(`${happened} ${advice}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.advice = advice;
    Object.defineProperty(this, BRAND, { value: true });
    this.name = new.target.name;
  }
}

/** The error with a code: its class where the code is known, else what every Sluice error has. */
export type SluiceErrorOf<Code extends string> = Code extends keyof ErrorsByCode
  ? ErrorsByCode[Code]
  : SluiceError & { readonly code: Code };

/**
 * Whether `error` is a Sluice error, and of the given code if one is given.
 *
 * @example if (isSluiceError(error, 'SLUICE_INVALID_OPTIONS')) console.error(error.issues);
 */
export function isSluiceError(error: unknown): error is SluiceError;
export function isSluiceError<Code extends string>(error: unknown, code: Code): error is SluiceErrorOf<Code>;
export function isSluiceError(error: unknown, code?: string): boolean {
  if (typeof error !== 'object' || error === null || !(BRAND in error)) return false;
  return code === undefined || ('code' in error && error.code === code);
}
