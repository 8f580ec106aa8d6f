export { ClosedError } from './closed-error.js';
export type {} from './errors-by-code.js';
export { InferenceError } from './inference-error.js';
export { ModelFileError } from './model-file-error.js';
export { QueueFullError } from './queue-full-error.js';
