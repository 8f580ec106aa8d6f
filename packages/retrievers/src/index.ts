export * from './sparse/index.js';
