import { SluiceError } from '@sluice/core';

/** A new name was asked for and is taken. */
export class FileExistsError extends SluiceError {
  readonly code = 'SLUICE_FILE_EXISTS';
  readonly directory: string;
  readonly file: string;

  constructor({ directory, file, cause }: { directory: string; file: string; cause?: unknown }) {
    super(`The file '${file}' is in ${directory} already.`, 'Choose another name, or remove it first.', { cause });
    this.directory = directory;
    this.file = file;
  }
}
