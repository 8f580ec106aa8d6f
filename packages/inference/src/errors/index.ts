export { ClosedError } from './closed-error.js';
export { DownloadError } from './download-error.js';
export type {} from './errors-by-code.js';
export { InferenceError } from './inference-error.js';
export { ModelAccessError } from './model-access-error.js';
export { ModelFileError } from './model-file-error.js';
export { ModelNotCachedError } from './model-not-cached-error.js';
export { ModelNotFoundError } from './model-not-found-error.js';
export { QueueFullError } from './queue-full-error.js';
