export { type AdaptiveAnncurOptions, adaptiveAnncur } from './adaptive-anncur.js';
export { type AnchorMap, approximateScores } from './anchor-map.js';
export { type AnncurOptions, anncur } from './anncur.js';
export { type FitAnchorMapOptions, fitAnchorMap } from './fit-anchor-map.js';
export { type ItemScorer, scorerOf } from './item-scorer.js';
export { randomAnchors } from './random-anchors.js';
export { scoreMatrix } from './score-matrix.js';
export type { ScorerSearch } from './scorer-search.js';
