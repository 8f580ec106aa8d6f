import type { DamagedCommitError } from './damaged-commit-error.js';
import type { NothingIntactError } from './nothing-intact-error.js';
import type { PartNotFoundError } from './part-not-found-error.js';
import type { SegmentFinishedError } from './segment-finished-error.js';
import type { StoreClosedError } from './store-closed-error.js';
import type { StoreNotFoundError } from './store-not-found-error.js';
import type { WriterConflictError } from './writer-conflict-error.js';

declare module '@sluice/core' {
  /** This package's codes, so that `isSluiceError(error, code)` gives the fields of its errors. */
  interface ErrorsByCode {
    SLUICE_DAMAGED_COMMIT: DamagedCommitError;
    SLUICE_NOTHING_INTACT: NothingIntactError;
    SLUICE_PART_NOT_FOUND: PartNotFoundError;
    SLUICE_SEGMENT_FINISHED: SegmentFinishedError;
    SLUICE_STORE_CLOSED: StoreClosedError;
    SLUICE_STORE_NOT_FOUND: StoreNotFoundError;
    SLUICE_WRITER_CONFLICT: WriterConflictError;
  }
}
