export * from './analysis/index.js';
export * from './bm25/index.js';
