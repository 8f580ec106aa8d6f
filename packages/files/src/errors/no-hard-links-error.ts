import { SluiceError } from '@sluice/core';

/** The file system cannot give a file a second name, so it cannot decide between two writers. */
export class NoHardLinksError extends SluiceError {
  readonly code = 'SLUICE_NO_HARD_LINKS';
  readonly directory: string;

  constructor({ directory, cause }: { directory: string; cause?: unknown }) {
    super(
      `The file system of ${directory} has no hard links, which a safe commit needs.`,
      'Use a folder on a local disk (ext4, XFS, APFS, NTFS).',
      { cause },
    );
    this.directory = directory;
  }
}
