import { isSluiceError, SluiceError } from '@sluice/core';

/** The newest commit cannot be read. Older ones may be intact; going back to one loses what came after it. */
export class DamagedCommitError extends SluiceError {
  readonly code = 'SLUICE_DAMAGED_COMMIT';
  readonly directory: string;
  readonly generation: number;

  constructor({ directory, generation, cause }: { directory: string; generation: number; cause: unknown }) {
    // The advice of this error is the one that counts.
    const happened = isSluiceError(cause) ? cause.message.slice(0, -cause.advice.length - 2) : undefined;
    const reason = happened === undefined ? '' : ` (${happened})`;
    super(
      `Commit ${generation} of ${directory}, the newest, cannot be read${reason}.`,
      '`sluice check` shows the damage; `sluice check --repair` goes back to the newest intact commit.',
      { cause },
    );
    this.directory = directory;
    this.generation = generation;
  }
}
