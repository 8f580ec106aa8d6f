export { EmbeddingAnswerError } from './embedding-answer-error.js';
export { EmbeddingRequestError } from './embedding-request-error.js';
export type {} from './errors-by-code.js';
