import { isSluiceError } from '@sluice/core';

/** What the exit status of `sluice` means. Part of the public interface. */
export const exitCodes = {
  done: 0,
  /** Something failed that is nobody's input: a full disk, a bug. */
  failed: 1,
  /** The command line, an option or an input file is wrong. */
  usage: 2,
  /** `check` found damage, or a file of the index is corrupt. */
  damaged: 3,
  /** An optional package must be installed first. */
  missingPackage: 4,
  /** Ended by Ctrl-C. */
  interrupted: 130,
} as const;

/** An error as the person at the terminal sees it. */
export interface Failure {
  readonly exitCode: number;
  /** One or two sentences, no stack. */
  readonly message: string;
}

const CODES = new Map<string, number>([
  ['SLUICE_INVALID_OPTIONS', exitCodes.usage],
  ['SLUICE_INVALID_INPUT', exitCodes.usage],
  ['SLUICE_FINGERPRINT_MISMATCH', exitCodes.usage],
  ['SLUICE_CORRUPT_FILE', exitCodes.damaged],
  ['SLUICE_CORRUPT_MANIFEST', exitCodes.damaged],
  ['SLUICE_MISSING_PEER', exitCodes.missingPackage],
]);

/** Turns whatever was thrown into an exit code and a message. */
export function failureOf(error: unknown, interrupted: boolean): Failure {
  if (interrupted) return { exitCode: exitCodes.interrupted, message: 'Interrupted; nothing was left behind.' };
  if (isSluiceError(error)) return { exitCode: CODES.get(error.code) ?? exitCodes.failed, message: error.message };
  if (isFileError(error)) return { exitCode: exitCodes.usage, message: fileMessage(error) };
  const message = error instanceof Error ? error.message : String(error);
  return { exitCode: exitCodes.failed, message: `${message} (run again with --debug to see where)` };
}

interface FileError {
  readonly code: string;
  readonly path: string;
}

function isFileError(error: unknown): error is FileError {
  return error instanceof Error && 'code' in error && 'path' in error && typeof error.path === 'string';
}

function fileMessage({ code, path }: FileError): string {
  if (code === 'ENOENT') return `${path} does not exist. Check the path.`;
  if (code === 'EACCES') return `${path} may not be read or written. Check its permissions.`;
  if (code === 'EISDIR') return `${path} is a folder where a file was expected.`;
  if (code === 'ENOTDIR') return `${path} is a file where a folder was expected.`;
  return `${path}: ${code}.`;
}
