export type {} from './errors-by-code.js';
export { MemoryLimitError } from './memory-limit-error.js';
export { ShapeError } from './shape-error.js';
