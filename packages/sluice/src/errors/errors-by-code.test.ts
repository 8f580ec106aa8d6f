import { isSluiceError, type SluiceErrorOf } from '@sluice/core';
import type { CorruptFileError } from '@sluice/files';
import { StoreNotFoundError as NotFound, type StoreNotFoundError } from '@sluice/store';
import { expect, expectTypeOf, it } from 'vitest';
import type { CollectionExistsError } from './collection-exists-error.js';
import './index.js';

it('narrows codes of every package to their classes', () => {
  expectTypeOf<SluiceErrorOf<'SLUICE_STORE_NOT_FOUND'>>().toEqualTypeOf<StoreNotFoundError>();
  expectTypeOf<SluiceErrorOf<'SLUICE_CORRUPT_FILE'>>().toEqualTypeOf<CorruptFileError>();
  expectTypeOf<SluiceErrorOf<'SLUICE_COLLECTION_EXISTS'>>().toEqualTypeOf<CollectionExistsError>();
  const error: unknown = new NotFound({ directory: 'here' });
  expect(isSluiceError(error, 'SLUICE_STORE_NOT_FOUND') && error.directory).toBe('here');
});
