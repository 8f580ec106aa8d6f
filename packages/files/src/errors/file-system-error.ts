import { SluiceError } from '@sluice/core';

/** What a directory was doing when the disk refused. */
export type FileOperation =
  | 'list'
  | 'create'
  | 'open'
  | 'read'
  | 'write'
  | 'sync'
  | 'close'
  | 'rename'
  | 'link'
  | 'remove'
  | 'lock';

/** The file system refused for a reason of its own, which is the `cause`: no permission, a broken disk. */
export class FileSystemError extends SluiceError {
  readonly code = 'SLUICE_FILE_SYSTEM';
  readonly directory: string;
  /** Absent when the operation was on the folder. */
  readonly file: string | undefined;
  readonly operation: FileOperation;

  constructor(facts: { directory: string; file?: string | undefined; operation: FileOperation; cause?: unknown }) {
    const { directory, file, operation, cause } = facts;
    const reason = cause instanceof Error ? ` (${cause.message})` : '';
    super(
      `Could not ${operation} ${file === undefined ? directory : `'${file}' in ${directory}`}${reason}.`,
      'Check the permissions and the state of the disk.',
      { cause },
    );
    this.directory = directory;
    this.file = file;
    this.operation = operation;
  }
}
