export { relevanceScale, type ScoreKind } from './score-kind.js';
export type { ScoredIndex } from './scores-by-index.js';
export { type TextScorer, textReranker } from './text-reranker.js';
