export type { LabelledProbabilities } from './labelled-probabilities.js';
export { brierScore, brierSkill, negativeLogLikelihood } from './proper-scores.js';
export {
  type BinOptions,
  calibrationErrorOf,
  expectedCalibrationError,
  type ReliabilityBin,
  reliabilityDiagram,
  reliabilitySteps,
} from './reliability.js';
