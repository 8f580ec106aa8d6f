import { SluiceError } from '@sluice/core';

/** A file is not what was written: damaged, cut short, or not one of ours. None of its bytes were served. */
export class CorruptFileError extends SluiceError {
  readonly code = 'SLUICE_CORRUPT_FILE';
  readonly directory: string;
  readonly file: string;
  /** What is wrong, in words: `bytes 65536 to 131071 do not match their checksum`. */
  readonly problem: string;

  constructor(facts: { directory: string; file: string; problem: string; cause?: unknown }) {
    const { directory, file, problem, cause } = facts;
    super(
      `'${file}' in ${directory} is damaged: ${problem}.`,
      'Restore it from a copy or build the index again; `sluice check` lists every damaged file.',
      { cause },
    );
    this.directory = directory;
    this.file = file;
    this.problem = problem;
  }
}
