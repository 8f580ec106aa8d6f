export * from './calibration/index.js';
