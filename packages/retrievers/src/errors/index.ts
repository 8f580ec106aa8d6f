export { DamagedIndexError } from './damaged-index-error.js';
export type {} from './errors-by-code.js';
