export type { LabelledProbabilities } from './labelled-probabilities.js';
export { brierScore, brierSkill, negativeLogLikelihood } from './proper-scores.js';
export { type BinOptions, expectedCalibrationError, type ReliabilityBin, reliabilityDiagram } from './reliability.js';
