import { SluiceError } from '@sluice/core';

/** Someone alive holds the lock. */
export class DirectoryLockedError extends SluiceError {
  readonly code = 'SLUICE_DIRECTORY_LOCKED';
  readonly directory: string;
  readonly lock: string;
  /** Who holds it, as far as that is known: `process 4711 on host build-3`. */
  readonly holder: string;

  constructor({
    directory,
    lock,
    holder,
    advice,
  }: { directory: string; lock: string; holder: string; advice?: string }) {
    super(
      `The lock '${lock}' of ${directory} is held by ${holder}.`,
      advice ?? 'Wait until it has finished, or end it.',
    );
    this.directory = directory;
    this.lock = lock;
    this.holder = holder;
  }
}
