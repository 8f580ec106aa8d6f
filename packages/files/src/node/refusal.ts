import { isSluiceError } from '@sluice/core';
import { DiskFullError } from '../errors/disk-full-error.js';
import { FileExistsError } from '../errors/file-exists-error.js';
import { FileNotFoundError } from '../errors/file-not-found-error.js';
import { type FileOperation, FileSystemError } from '../errors/file-system-error.js';
import { NoHardLinksError } from '../errors/no-hard-links-error.js';

const WITHOUT_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK']);

/** The code of a system error, such as `ENOENT`; empty for anything else. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** What the system's refusal means in the words of the contract; an error of ours stays as it is. */
export function refusal(
  cause: unknown,
  operation: FileOperation,
  directory: string,
  file?: string,
  to: string | undefined = file,
): Error {
  if (isSluiceError(cause)) return cause;
  const code = codeOf(cause);
  if (file !== undefined && to !== undefined) {
    if (code === 'ENOENT') return new FileNotFoundError({ directory, file, cause });
    if (code === 'EEXIST') return new FileExistsError({ directory, file: to, cause });
    if (operation === 'link' && WITHOUT_LINKS.has(code)) return new NoHardLinksError({ directory, cause });
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') return new DiskFullError({ directory, file, cause });
  return new FileSystemError({ directory, file, operation, cause });
}
