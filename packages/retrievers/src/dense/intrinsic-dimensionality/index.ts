export { type InsertionMode, insertionOrder } from './insertion-order.js';
export { lidMle } from './lid-mle.js';
export { type LocalDimensionalityOptions, localDimensionalities } from './local-dimensionalities.js';
