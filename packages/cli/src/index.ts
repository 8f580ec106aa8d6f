export { main, run } from './main.js';
export { exitCodes, type Terminal } from './terminal/index.js';
