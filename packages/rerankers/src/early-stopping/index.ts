export { type StopEarlyOptions, stopEarly } from './stop-early.js';
