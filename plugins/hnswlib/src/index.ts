export { type HnswlibIndexes, type HnswlibIndexOptions, hnswlibIndexes } from './hnswlib-indexes.js';
export type { HnswlibGraph, HnswlibLibrary } from './hnswlib-library.js';
export type { HnswlibParameters, HnswlibSettings } from './hnswlib-settings.js';
