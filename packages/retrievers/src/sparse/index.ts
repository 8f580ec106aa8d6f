export * from './analysis/index.js';
