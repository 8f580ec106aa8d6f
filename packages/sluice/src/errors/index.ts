export { CollectionExistsError } from './collection-exists-error.js';
