export type { CandidateEngine, CandidateEngines, EngineLoader } from './candidate-engine.js';
export { loadRescoredIndex, RescoredIndex, type RescoredIndexOptions, rescoredIndex } from './rescored-index.js';
