export {
  type CrossEncoder,
  crossEncoder,
  type RankedPassage,
  type RankOptions,
  type ScoringModel,
} from './cross-encoder.js';
export { type CrossEncoderOptions, crossEncoderOptions } from './cross-encoder-settings.js';
