export { type ChosenThreshold, chooseThreshold, type ThresholdTarget } from './choose-threshold.js';
export { type FloorFilterOptions, type FloorRule, floorFilter } from './floor-filter.js';
export { type LargestGapOptions, largestGap, largestGapOptions } from './largest-gap.js';
export { type PriorShift, priorShift } from './prior-shift.js';
export { type ProbabilityFloorOptions, probabilityFloor, probabilityFloorOptions } from './probability-floor.js';
export { type ScoreThresholdOptions, scoreThreshold, scoreThresholdOptions } from './score-threshold.js';
export { type ShareOfTopFloorOptions, shareOfTopFloor, shareOfTopFloorOptions } from './share-of-top-floor.js';
export { type TopPOptions, topP, topPOptions } from './top-p.js';
export { type ZScoreFloorOptions, zScoreFloor, zScoreFloorOptions } from './z-score-floor.js';
