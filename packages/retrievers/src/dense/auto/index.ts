export { type AutoExplanation, AutoIndex, autoIndex, loadAutoIndex } from './auto-index.js';
export type { AutoIndexOptions, AutoParameters, AutoSettings, AutoSurroundings } from './auto-options.js';
