export { FlatIndex, type FlatIndexOptions, flatIndex, loadFlatIndex } from './flat/flat-index.js';
export type { VectorShape } from './vector-shape.js';
