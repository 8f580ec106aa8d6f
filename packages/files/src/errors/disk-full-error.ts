import { SluiceError } from '@sluice/core';

/** There is no room left on the disk, or the quota is used up. */
export class DiskFullError extends SluiceError {
  readonly code = 'SLUICE_DISK_FULL';
  readonly directory: string;
  readonly file: string | undefined;

  constructor({ directory, file, cause }: { directory: string; file?: string | undefined; cause?: unknown }) {
    super(`The disk that holds ${directory} is full.`, 'Free some space and try again; what was committed is intact.', {
      cause,
    });
    this.directory = directory;
    this.file = file;
  }
}
