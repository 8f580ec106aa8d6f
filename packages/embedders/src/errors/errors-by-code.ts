import type { EmbeddingAnswerError } from './embedding-answer-error.js';
import type { EmbeddingRequestError } from './embedding-request-error.js';

declare module '@sluice/core' {
  /** This package's codes, so that `isSluiceError(error, code)` gives the fields of its errors. */
  interface ErrorsByCode {
    SLUICE_EMBEDDING_ANSWER: EmbeddingAnswerError;
    SLUICE_EMBEDDING_REQUEST: EmbeddingRequestError;
  }
}
