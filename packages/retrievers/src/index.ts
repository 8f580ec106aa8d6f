export * from './anncur/index.js';
export * from './dense/index.js';
export * from './errors/index.js';
export * from './fusion/index.js';
export * from './late/index.js';
export * from './sparse/index.js';
