import { InvalidFileNameError } from '../errors/invalid-file-name-error.js';

const PATTERN = /^[a-z0-9][a-z0-9._-]{0,127}$/;

/** @throws {InvalidFileNameError} `name` is not one that every file system takes */
export function expectFileName(name: string): void {
  if (!PATTERN.test(name)) throw new InvalidFileNameError({ file: name });
}

/** Whether a directory would list a file of this name. */
export function isFileName(name: string): boolean {
  return PATTERN.test(name);
}
