export * from './calibration/index.js';
export * from './relevance/index.js';
