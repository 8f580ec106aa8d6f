export { type SpladeOptions, type SpladeParameters, splade, spladeParameters } from './splade.js';
export { pruneRows, pruneTerms, type TermPruning, termPruning } from './term-pruning.js';
