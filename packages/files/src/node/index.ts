export { nodeDirectory } from './node-directory.js';
