export type {} from './errors-by-code.js';
export { RerankAnswerError } from './rerank-answer-error.js';
export { RerankRequestError } from './rerank-request-error.js';
