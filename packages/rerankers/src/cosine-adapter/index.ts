export type { AdapterData } from './adapter-data.js';
export type { InputRule } from './adapter-network.js';
export { adapterScores } from './adapter-scores.js';
export { type CosineAdapterOptions, cosineAdapter, cosineAdapterFields } from './cosine-adapter.js';
export { type CosineAdapterModel, shiftCosineAdapter } from './cosine-adapter-model.js';
export { type AdapterTensor, cosineAdapterFromSafetensors, importCosineAdapter } from './import-adapter.js';
export { cosineAdapterToJson, loadCosineAdapter } from './saved-adapter.js';
export { checkpointToJson, loadCheckpoint } from './saved-checkpoint.js';
export { type MapFamily, mapFamilies, type ScoreMap, type SlopeRule } from './score-map.js';
export {
  type AdapterCheckpoint,
  type TrainCosineAdapterOptions,
  type TrainedCosineAdapter,
  trainCosineAdapter,
} from './train-cosine-adapter.js';
