export { type ChosenThreshold, chooseThreshold } from './choose-threshold.js';
export { type FloorFilterOptions, type FloorRule, floorFilter } from './floor-filter.js';
export { type LargestGapOptions, largestGap } from './largest-gap.js';
export { type ProbabilityFloorOptions, probabilityFloor } from './probability-floor.js';
export { type ScoreThresholdOptions, scoreThreshold } from './score-threshold.js';
export { type ShareOfTopFloorOptions, shareOfTopFloor } from './share-of-top-floor.js';
export { type TopPOptions, topP } from './top-p.js';
export { type ZScoreFloorOptions, zScoreFloor } from './z-score-floor.js';
