export { ForestIndex, forestIndex, loadForestIndex } from './forest-index.js';
export type { ForestIndexOptions, ForestIndexSettings, ForestParameters } from './forest-options.js';
