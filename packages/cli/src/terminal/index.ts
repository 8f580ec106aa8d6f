export { exitCodes, type Failure, failureOf } from './failure.js';
export { type ProgressDisplay, progressDisplay } from './progress-display.js';
export { processTerminal, type Terminal } from './terminal.js';
