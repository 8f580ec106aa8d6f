export type { BitmapOf } from '../resolve-filter.js';
export * from './analysis/index.js';
export * from './bm25/index.js';
export * from './bm25f/index.js';
export * from './feedback/index.js';
export * from './impact/index.js';
export * from './splade/index.js';
export * from './proximity/index.js';
export type { ScoredOrdinals } from './top-documents.js';
