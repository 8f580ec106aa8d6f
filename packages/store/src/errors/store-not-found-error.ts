import { SluiceError } from '@sluice/core';

/** There is no collection in the folder. */
export class StoreNotFoundError extends SluiceError {
  readonly code = 'SLUICE_STORE_NOT_FOUND';
  readonly directory: string;

  constructor({ directory }: { directory: string }) {
    super(
      `There is no collection in ${directory}.`,
      'Check the path, or build one with `sluice index SOURCE --out FOLDER`.',
    );
    this.directory = directory;
  }
}
