export { type CandidateVectors, textVectors } from './candidate-vectors.js';
export { type FoldOptions, foldNearDuplicates, foldOptions } from './fold-near-duplicates.js';
export { type MmrOptions, mmr } from './mmr.js';
