import { InvalidOptionsError, SluiceError } from '@sluice/core';
import { expect, it } from 'vitest';
import { failureOf } from './failure.js';

class CodedError extends SluiceError {
  readonly code: string;

  constructor(code: string, cause?: unknown) {
    super('It happened.', 'Do this.', { cause });
    this.code = code;
  }
}

it.each([
  ['SLUICE_INVALID_FILTER', 2],
  ['SLUICE_UNKNOWN_STAGE', 2],
  ['SLUICE_UNMET_REQUIREMENT', 2],
  ['SLUICE_FINGERPRINT_MISMATCH', 2],
  ['SLUICE_MODEL_FILE', 2],
  ['SLUICE_STORE_NOT_FOUND', 2],
  ['SLUICE_COLLECTION_EXISTS', 2],
  ['SLUICE_UNSUPPORTED_FORMAT', 2],
  ['SLUICE_CORRUPT_FILE', 3],
  ['SLUICE_DAMAGED_COMMIT', 3],
  ['SLUICE_DAMAGED_INDEX', 3],
  ['SLUICE_NOTHING_INTACT', 3],
  ['SLUICE_MISSING_PEER', 4],
  ['SLUICE_DISK_FULL', 1],
  ['SLUICE_DIRECTORY_LOCKED', 1],
  ['SLUICE_OF_A_PLUGIN', 1],
])('%s exits with %d', (code, exitCode) => {
  expect(failureOf(new CodedError(code), false)).toEqual({ exitCode, message: 'It happened. Do this.' });
});

it('names the path that the system refused, at first hand or below a directory', () => {
  const refused = Object.assign(new Error('EACCES: x'), { code: 'EACCES', path: '/a/b' });
  const expected = { exitCode: 2, message: '/a/b may not be read or written. Check its permissions.' };
  expect(failureOf(refused, false)).toEqual(expected);
  expect(failureOf(new CodedError('SLUICE_FILE_SYSTEM', refused), false)).toEqual(expected);
  const full = Object.assign(new Error('ENOSPC: no space, write'), { code: 'ENOSPC', path: '/a/b' });
  expect(failureOf(full, false)).toMatchObject({ exitCode: 1, message: expect.stringContaining('no space') });
});

it("does not take an option's path for a file's", () => {
  const error = new InvalidOptionsError({ owner: 'x', issues: [{ path: 'k1', message: 'too small' }] });
  expect(failureOf(error, false)).toMatchObject({ exitCode: 2, message: error.message });
});

it('points to --debug for what nobody foresaw', () => {
  expect(failureOf(new TypeError('x is not a function'), false)).toEqual({
    exitCode: 1,
    message: 'x is not a function (run again with --debug to see where)',
  });
  expect(failureOf('thrown text', false).message).toContain('thrown text');
});
