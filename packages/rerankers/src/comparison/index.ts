export {
  type CalibratorComparison,
  type CalibratorResult,
  type CompareCalibratorsOptions,
  compareCalibrators,
  type ScoredList,
} from './compare-calibrators.js';
export { type CompareCutoffsOptions, type CutoffResult, compareCutoffs } from './compare-cutoffs.js';
export type { CutoffMethod, JudgedList, KeepScores } from './cutoff-method.js';
export { adapterData, cutoffMethods, fixedCosineAdapter, fixedListAdapter } from './cutoff-methods.js';
export { pooledScores } from './pooled-scores.js';
export { validatedMethod } from './validated-method.js';
