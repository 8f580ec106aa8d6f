export { DamagedCommitError } from './damaged-commit-error.js';
export type {} from './errors-by-code.js';
export { NothingIntactError } from './nothing-intact-error.js';
export { PartNotFoundError } from './part-not-found-error.js';
export { SegmentFinishedError } from './segment-finished-error.js';
export { StoreClosedError } from './store-closed-error.js';
export { StoreNotFoundError } from './store-not-found-error.js';
export { WriterConflictError } from './writer-conflict-error.js';
