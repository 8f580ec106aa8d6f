import type { MemoryLimitError } from './memory-limit-error.js';
import type { ShapeError } from './shape-error.js';

declare module '@sluice/core' {
  /** This package's codes, so that `isSluiceError(error, code)` gives the fields of its errors. */
  interface ErrorsByCode {
    SLUICE_MEMORY_LIMIT: MemoryLimitError;
    SLUICE_SHAPE: ShapeError;
  }
}
