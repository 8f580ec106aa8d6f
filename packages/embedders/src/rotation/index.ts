export { type FitRotationOptions, type FitSource, fitRotation } from './fit-rotation.js';
export type { LinearMap, LinearMapKind } from './linear-map.js';
export { type MappedLength, mapRows } from './map-rows.js';
export {
  type RotatedEmbedderOptions,
  rotatedEmbedder,
  rotatedFingerprint,
} from './rotated-embedder.js';
export { loadLinearMap, saveLinearMap } from './saved-linear-map.js';
