import { SluiceError } from '@sluice/core';

/** No commit is left of which every byte is intact. Nothing was changed. */
export class NothingIntactError extends SluiceError {
  readonly code = 'SLUICE_NOTHING_INTACT';
  readonly directory: string;
  /** The damaged files. */
  readonly damaged: readonly string[];

  constructor({ directory, damaged }: { directory: string; damaged: readonly string[] }) {
    super(
      `No commit of ${directory} is intact (damaged: ${damaged.join(', ')}).`,
      'Restore the folder from a copy, or build it again from its source.',
    );
    this.directory = directory;
    this.damaged = damaged;
  }
}
