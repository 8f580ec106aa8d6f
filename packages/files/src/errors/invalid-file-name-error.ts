import { SluiceError } from '@sluice/core';

/** A name that does not mean the same on every file system, or that leads out of the directory. */
export class InvalidFileNameError extends SluiceError {
  readonly code = 'SLUICE_INVALID_FILE_NAME';
  readonly file: string;

  constructor({ file }: { file: string }) {
    super(
      `${JSON.stringify(file)} is not a file name that a directory takes.`,
      'Use 1 to 128 of a-z, 0-9, dot, underscore and hyphen, beginning with a letter or digit.',
    );
    this.file = file;
  }
}
