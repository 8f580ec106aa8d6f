import { SluiceError } from '@sluice/core';

/** An intact file of a version or kind that this release does not read. */
export class UnsupportedFormatError extends SluiceError {
  readonly code = 'SLUICE_UNSUPPORTED_FORMAT';
  readonly directory: string;
  readonly file: string;
  /** What the file says it is: `container version 9`, `documents version 3`. */
  readonly found: string;
  /** What is read here: `container version 1`. */
  readonly supported: string;

  constructor(facts: Pick<UnsupportedFormatError, 'directory' | 'file' | 'found' | 'supported'>) {
    const { directory, file, found, supported } = facts;
    super(
      `'${file}' in ${directory} is ${found}; this release reads ${supported}.`,
      'Upgrade Sluice, or build the index again with this release.',
    );
    this.directory = directory;
    this.file = file;
    this.found = found;
    this.supported = supported;
  }
}
