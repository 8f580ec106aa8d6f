import type { DamagedIndexError } from './damaged-index-error.js';

declare module '@sluice/core' {
  /** This package's codes, so that `isSluiceError(error, code)` gives the fields of its errors. */
  interface ErrorsByCode {
    SLUICE_DAMAGED_INDEX: DamagedIndexError;
  }
}
