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

/**
 * Whether `error` is a Sluice error, and of the given code if one is given.
 *
 * @example if (isSluiceError(error, 'SLUICE_INVALID_OPTIONS')) console.error(error.message);
 */
export function isSluiceError(error: unknown, code?: string): error is SluiceError {
  if (typeof error !== 'object' || error === null || !(BRAND in error)) return false;
  return code === undefined || ('code' in error && error.code === code);
}
