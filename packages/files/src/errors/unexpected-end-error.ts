import { SluiceError } from '@sluice/core';

/** Bytes were read from beyond the end of a file. */
export class UnexpectedEndError extends SluiceError {
  readonly code = 'SLUICE_UNEXPECTED_END';
  readonly directory: string;
  readonly file: string;
  /** First byte asked for. */
  readonly offset: number;
  /** Bytes asked for. */
  readonly length: number;

  constructor(facts: Pick<UnexpectedEndError, 'directory' | 'file' | 'offset' | 'length'>) {
    const { directory, file, offset, length } = facts;
    super(
      `'${file}' in ${directory} ends before byte ${offset + length}.`,
      'The file was cut short; restore it or build it again.',
    );
    this.directory = directory;
    this.file = file;
    this.offset = offset;
    this.length = length;
  }
}
