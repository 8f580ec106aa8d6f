import { SluiceError } from '@sluice/core';

/** A snapshot or writer was used after its `close`, or a writer after a commit that failed. */
export class StoreClosedError extends SluiceError {
  readonly code = 'SLUICE_STORE_CLOSED';
  readonly directory: string;

  constructor({ directory, cause }: { directory: string; cause?: unknown }) {
    super(`The collection in ${directory} was closed before this call.`, 'Open it again.', { cause });
    this.directory = directory;
  }
}
