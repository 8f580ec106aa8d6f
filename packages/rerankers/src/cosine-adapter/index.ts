export type { AdapterData } from './adapter-data.js';
export { adapterScores } from './adapter-scores.js';
export { type CosineAdapterOptions, cosineAdapter } from './cosine-adapter.js';
export type { CosineAdapterModel } from './cosine-adapter-model.js';
export { type MapFamily, mapFamilies, type ScoreMap } from './score-map.js';
export {
  type TrainCosineAdapterOptions,
  type TrainedCosineAdapter,
  trainCosineAdapter,
} from './train-cosine-adapter.js';
