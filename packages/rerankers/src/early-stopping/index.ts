export { type StopEarlyOptions, stopEarly, stopEarlyOptions } from './stop-early.js';
