export { type DenseOptions, type DenseParameters, dense, denseParameters } from './dense.js';
export { FlatIndex, type FlatIndexOptions, flatIndex, loadFlatIndex } from './flat/flat-index.js';
export type { VectorShape } from './vector-shape.js';
