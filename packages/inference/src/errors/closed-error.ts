import { SluiceError } from '@sluice/core';

/** A call reached something that was closed, or was waiting when it closed. */
export class ClosedError extends SluiceError {
  readonly code = 'SLUICE_CLOSED';
  /** What was closed. */
  readonly owner: string;

  constructor({ owner }: Pick<ClosedError, 'owner'>) {
    super(`${owner} is closed.`, 'Open it again, or close it only after the last call has ended.');
    this.owner = owner;
  }
}
