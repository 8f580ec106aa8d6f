export { CollectionExistsError } from './collection-exists-error.js';
export type {} from './errors-by-code.js';
