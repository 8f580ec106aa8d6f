import { isSluiceError } from '@sluice/core';

/** What the exit status of `sluice` means. Part of the public interface. */
export const exitCodes = {
  done: 0,
  /** Something failed that is nobody's input: a full disk, a lock, a bug. */
  failed: 1,
  /** The command line, an option, a model or an input file is wrong. */
  usage: 2,
  /** `check` found damage, or a file of the index is damaged or missing. */
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

/** Families of codes, so that an error that is added later finds its place; what matches none is a failure. */
const FAMILIES: readonly (readonly [RegExp, number])[] = [
  [/^SLUICE_MISSING_PEER$/, exitCodes.missingPackage],
  [/^SLUICE_(CORRUPT|DAMAGED|NOTHING_INTACT|UNEXPECTED_END)/, exitCodes.damaged],
  [/^SLUICE_(INVALID|UNKNOWN|UNSUPPORTED|UNMET|UNWRITABLE|FINGERPRINT|MODEL)/, exitCodes.usage],
  [/_(NOT_FOUND|EXISTS)$/, exitCodes.usage],
];

/** Turns whatever was thrown into an exit code and a message. */
export function failureOf(error: unknown, interrupted: boolean): Failure {
  if (interrupted) return { exitCode: exitCodes.interrupted, message: 'Interrupted; nothing was left behind.' };
  const refused = refusedPath(error);
  if (refused) return refused;
  if (isSluiceError(error)) return { exitCode: exitCodeOf(error.code), message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { exitCode: exitCodes.failed, message: `${message} (run again with --debug to see where)` };
}

function exitCodeOf(code: string): number {
  return FAMILIES.find(([family]) => family.test(code))?.[1] ?? exitCodes.failed;
}

const PATH_PROBLEMS = new Map<string, string>([
  ['ENOENT', 'does not exist. Check the path.'],
  ['EACCES', 'may not be read or written. Check its permissions.'],
  ['EPERM', 'may not be read or written. Check its permissions.'],
  ['EROFS', 'is on a disk that may only be read. Choose another place.'],
  ['EISDIR', 'is a folder where a file was expected. Check the path.'],
  ['ENOTDIR', 'is a file where a folder was expected, or lies below one. Check the path.'],
  ['EEXIST', 'is there already, as another kind of file. Choose another name.'],
  ['ELOOP', 'is a link that leads to itself. Check the path.'],
  ['ENAMETOOLONG', 'is longer than the disk allows. Choose a shorter name.'],
]);

/** The system refused a path that the person chose, at first hand or as the cause of a directory's error. */
function refusedPath(error: unknown): Failure | undefined {
  if (isSluiceError(error) && error.code !== 'SLUICE_FILE_SYSTEM') return undefined;
  const origin = isSluiceError(error) ? error.cause : error;
  if (!(origin instanceof Error && 'code' in origin && 'path' in origin)) return undefined;
  const problem = PATH_PROBLEMS.get(String(origin.code));
  if (problem) return { exitCode: exitCodes.usage, message: `${origin.path} ${problem}` };
  if (origin !== error) return undefined;
  return { exitCode: exitCodes.failed, message: `${origin.message}. Check the state of the disk.` };
}
