export {
  type CalibratorComparison,
  type CalibratorResult,
  type CompareCalibratorsOptions,
  compareCalibrators,
  type ScoredList,
} from './compare-calibrators.js';
export { type CompareCutoffsOptions, type CutoffResult, compareCutoffs } from './compare-cutoffs.js';
export type { CutoffMethod, JudgedList, KeepScores } from './cutoff-method.js';
export { cutoffMethods } from './cutoff-methods.js';
