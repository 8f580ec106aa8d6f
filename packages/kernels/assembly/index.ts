export * from './float32';
export { insertNode, searchGraph } from './graph';
export * from './hamming';
export { dotInt8, dotInt8Listed } from './int8';
export * from './select';
