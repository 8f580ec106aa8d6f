export { opqIndex } from './opq-index.js';
