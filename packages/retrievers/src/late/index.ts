export { type LateOptions, type LateParameters, late, lateParameters } from './late.js';
export type { MaxSimAnswer, MaxSimIndex, MaxSimSearch } from './max-sim-index.js';
export { maxSimScores } from './max-sim-scores.js';
export type { MultiVectorPrecision, MultiVectorShape, MultiVectorStoreOptions } from './multi-vector-options.js';
export { MultiVectorStore } from './multi-vector-store.js';
export { MultiVectorStoreBuilder } from './multi-vector-store-builder.js';
export { loadMultiVectors, saveMultiVectors } from './saved-multi-vectors.js';
