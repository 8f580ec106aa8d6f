import { SluiceError } from '@sluice/core';

/** A file was asked for that is not in the directory. */
export class FileNotFoundError extends SluiceError {
  readonly code = 'SLUICE_FILE_NOT_FOUND';
  readonly directory: string;
  readonly file: string;

  constructor({ directory, file, cause }: { directory: string; file: string; cause?: unknown }) {
    super(`There is no file '${file}' in ${directory}.`, 'Check the folder, or build it again.', { cause });
    this.directory = directory;
    this.file = file;
  }
}
