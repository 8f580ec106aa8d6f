export * from './adanns/index.js';
export { type DenseOptions, type DenseParameters, dense, denseParameters } from './dense.js';
export { FlatIndex, type FlatIndexOptions, flatIndex, loadFlatIndex } from './flat/flat-index.js';
export * from './hash/index.js';
export { HnswIndex, hnswIndex, loadHnswIndex } from './hnsw/hnsw-index.js';
export type { HnswIndexOptions, HnswParameters, HnswSettings } from './hnsw/hnsw-options.js';
export * from './intrinsic-dimensionality/index.js';
export * from './ivf/index.js';
export type { VectorShape } from './vector-shape.js';
