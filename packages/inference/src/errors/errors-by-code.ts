import type { ClosedError } from './closed-error.js';
import type { InferenceError } from './inference-error.js';
import type { ModelFileError } from './model-file-error.js';
import type { QueueFullError } from './queue-full-error.js';

declare module '@sluice/core' {
  /** This package's codes, so that `isSluiceError(error, code)` gives the fields of its errors. */
  interface ErrorsByCode {
    SLUICE_CLOSED: ClosedError;
    SLUICE_INFERENCE: InferenceError;
    SLUICE_MODEL_FILE: ModelFileError;
    SLUICE_QUEUE_FULL: QueueFullError;
  }
}
