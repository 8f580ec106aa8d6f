import { expect, expectTypeOf, it, vi } from 'vitest';
import type { InvalidOptionsError } from './invalid-options-error.js';
import { MissingScoresError } from './missing-scores-error.js';
import { isSluiceError, SluiceError } from './sluice-error.js';

it('says what happened and what to do, and keeps the cause', () => {
  const cause = new Error('ENOENT');
  class GateError extends SluiceError {
    readonly code = 'SLUICE_GATE';
  }
  const error = new GateError('The gate is shut.', 'Open it.', { cause });
  expect(error).toMatchObject({ name: 'GateError', message: 'The gate is shut. Open it.', advice: 'Open it.', cause });
  expect('cause' in new GateError('a', 'b')).toBe(false);
  expect(Object.keys(error)).not.toContain('Symbol(sluice.error)');
});

it('is recognised by another copy of the package', async () => {
  vi.resetModules();
  const copy = await import('./missing-scores-error.js');
  const foreign = new copy.MissingScoresError({ stage: 'floor', requirement: 'dense' });
  expect(foreign).not.toBeInstanceOf(SluiceError);
  expect(isSluiceError(foreign)).toBe(true);
  expect(isSluiceError(foreign, 'SLUICE_MISSING_SCORES')).toBe(true);
});

it('is told apart from other errors and other codes', () => {
  const error = new MissingScoresError({ stage: 'floor', requirement: 'dense' });
  expect(isSluiceError(error, 'SLUICE_INVALID_INPUT')).toBe(false);
  for (const other of [new Error('x'), { code: 'SLUICE_MISSING_SCORES' }, null, undefined, 'SLUICE_MISSING_SCORES']) {
    expect(isSluiceError(other)).toBe(false);
  }
});

it('narrows to the class of the code', () => {
  const error: unknown = undefined;
  if (isSluiceError(error, 'SLUICE_INVALID_OPTIONS')) expectTypeOf(error).toEqualTypeOf<InvalidOptionsError>();
  if (isSluiceError(error, 'SLUICE_GATE')) expectTypeOf(error.code).toEqualTypeOf<'SLUICE_GATE'>();
  if (isSluiceError(error)) expectTypeOf(error).toEqualTypeOf<SluiceError>();
});
