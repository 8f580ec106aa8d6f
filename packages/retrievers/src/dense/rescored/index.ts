export type { CandidateEngine, CandidateEngines } from './candidate-engine.js';
export { loadRescoredIndex, RescoredIndex, type RescoredIndexOptions, rescoredIndex } from './rescored-index.js';
