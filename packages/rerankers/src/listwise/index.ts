export type { ListwisePrompt } from './listwise-prompt.js';
export { type Generate, type ListwiseOptions, listwiseReranker } from './listwise-reranker.js';
