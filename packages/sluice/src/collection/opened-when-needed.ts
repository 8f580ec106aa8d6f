import { FingerprintMismatchError } from '@sluice/core';
import { ClosedError } from '@sluice/inference';

/** Anything that encodes: what a collection opens late. */
interface Openable {
  readonly fingerprint: string;
  close?(): Promise<void>;
}

/** A model that is opened at its first use. */
export interface OpenedWhenNeeded<Model> {
  /** Opens it where it is not open yet. */
  get(): Promise<Model>;
  /** Closes what was opened; a later `get` is refused. */
  close(): Promise<void>;
}

/**
 * A model that is opened when it is first asked for, and must have the fingerprint that an index was filled with.
 *
 * Calls of `get` reject with `FingerprintMismatchError` when what was opened has another.
 */
export function openedWhenNeeded<Model extends Openable>(
  fingerprint: string,
  open: () => Promise<Model>,
): OpenedWhenNeeded<Model> {
  let opened: Promise<Model> | undefined;
  let closed = false;

  async function openMatching(): Promise<Model> {
    const found = await open();
    if (found.fingerprint === fingerprint) return found;
    await found.close?.();
    throw new FingerprintMismatchError({ indexed: fingerprint, loaded: found.fingerprint });
  }

  return {
    async get() {
      if (closed) throw new ClosedError({ owner: 'The collection' });
      opened ??= openMatching().catch((error: unknown) => {
        // A model that could not be opened may be there the next time.
        opened = undefined;
        throw error;
      });
      return opened;
    },
    async close() {
      closed = true;
      const found = await opened?.catch(() => undefined);
      await found?.close?.();
    },
  };
}
