import type { ClosedError } from './closed-error.js';
import type { DownloadError } from './download-error.js';
import type { InferenceError } from './inference-error.js';
import type { ModelAccessError } from './model-access-error.js';
import type { ModelFileError } from './model-file-error.js';
import type { ModelNotCachedError } from './model-not-cached-error.js';
import type { ModelNotFoundError } from './model-not-found-error.js';
import type { QueueFullError } from './queue-full-error.js';
import type { WorkerLostError } from './worker-lost-error.js';

declare module '@sluice/core' {
  /** This package's codes, so that `isSluiceError(error, code)` gives the fields of its errors. */
  interface ErrorsByCode {
    SLUICE_CLOSED: ClosedError;
    SLUICE_DOWNLOAD: DownloadError;
    SLUICE_INFERENCE: InferenceError;
    SLUICE_MODEL_ACCESS: ModelAccessError;
    SLUICE_MODEL_FILE: ModelFileError;
    SLUICE_MODEL_NOT_CACHED: ModelNotCachedError;
    SLUICE_MODEL_NOT_FOUND: ModelNotFoundError;
    SLUICE_QUEUE_FULL: QueueFullError;
    SLUICE_WORKER_LOST: WorkerLostError;
  }
}
