export { HashIndex, hashIndex, loadHashIndex } from './hash-index.js';
export type { HashIndexOptions, HashIndexSettings, HashParameters } from './hash-options.js';
