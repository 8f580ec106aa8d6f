import type { CollectionExistsError } from './collection-exists-error.js';

declare module '@sluice/core' {
  /** This package's codes, so that `isSluiceError(error, code)` gives the fields of its errors. */
  interface ErrorsByCode {
    SLUICE_COLLECTION_EXISTS: CollectionExistsError;
  }
}
