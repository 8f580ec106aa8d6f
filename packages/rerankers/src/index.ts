export * from './calibration/index.js';
export * from './comparison/index.js';
export * from './cosine-adapter/index.js';
export * from './diversity/index.js';
export * from './early-stopping/index.js';
export * from './list-adapter/index.js';
export * from './listwise/index.js';
export * from './relevance/index.js';
