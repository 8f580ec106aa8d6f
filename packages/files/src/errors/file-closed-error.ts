import { SluiceError } from '@sluice/core';

/** A reader or writer was used after its `close`. */
export class FileClosedError extends SluiceError {
  readonly code = 'SLUICE_FILE_CLOSED';
  readonly directory: string;
  readonly file: string;

  constructor({ directory, file }: { directory: string; file: string }) {
    super(`'${file}' in ${directory} was closed before this call.`, 'Close it when the last call has settled.');
    this.directory = directory;
    this.file = file;
  }
}
