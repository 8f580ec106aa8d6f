import type { RerankAnswerError } from './rerank-answer-error.js';
import type { RerankRequestError } from './rerank-request-error.js';

declare module '@sluice/core' {
  /** This package's codes, so that `isSluiceError(error, code)` gives the fields of its errors. */
  interface ErrorsByCode {
    SLUICE_RERANK_ANSWER: RerankAnswerError;
    SLUICE_RERANK_REQUEST: RerankRequestError;
  }
}
