export * from './float32';
export * from './hamming';
export * from './int8';
export * from './select';
