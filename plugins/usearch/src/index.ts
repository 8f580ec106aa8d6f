export { type UsearchIndexes, type UsearchIndexOptions, usearchIndexes } from './usearch-indexes.js';
export type { UsearchConfig, UsearchLibrary, UsearchNativeIndex } from './usearch-library.js';
export type { UsearchParameters, UsearchSettings } from './usearch-settings.js';
