import type { CorruptFileError } from './corrupt-file-error.js';
import type { DirectoryLockedError } from './directory-locked-error.js';
import type { DiskFullError } from './disk-full-error.js';
import type { FileClosedError } from './file-closed-error.js';
import type { FileExistsError } from './file-exists-error.js';
import type { FileNotFoundError } from './file-not-found-error.js';
import type { FileSystemError } from './file-system-error.js';
import type { InvalidFileNameError } from './invalid-file-name-error.js';
import type { NoHardLinksError } from './no-hard-links-error.js';
import type { UnexpectedEndError } from './unexpected-end-error.js';
import type { UnsupportedFormatError } from './unsupported-format-error.js';

declare module '@sluice/core' {
  /** This package's codes, so that `isSluiceError(error, code)` gives the fields of its errors. */
  interface ErrorsByCode {
    SLUICE_CORRUPT_FILE: CorruptFileError;
    SLUICE_DIRECTORY_LOCKED: DirectoryLockedError;
    SLUICE_DISK_FULL: DiskFullError;
    SLUICE_FILE_CLOSED: FileClosedError;
    SLUICE_FILE_EXISTS: FileExistsError;
    SLUICE_FILE_NOT_FOUND: FileNotFoundError;
    SLUICE_FILE_SYSTEM: FileSystemError;
    SLUICE_INVALID_FILE_NAME: InvalidFileNameError;
    SLUICE_NO_HARD_LINKS: NoHardLinksError;
    SLUICE_UNEXPECTED_END: UnexpectedEndError;
    SLUICE_UNSUPPORTED_FORMAT: UnsupportedFormatError;
  }
}
