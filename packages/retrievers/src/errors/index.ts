export { DamagedIndexError } from './damaged-index-error.js';
