import { SluiceError } from '@sluice/core';

/** An endpoint did not score a batch: it refused, or could not be reached. The whole call has failed. */
export class RerankRequestError extends SluiceError {
  readonly code = 'SLUICE_RERANK_REQUEST';
  /** The endpoint's address, without a query. */
  readonly endpoint: string;
  /** What went wrong, a fragment. */
  readonly problem: string;
  /** HTTP's status, where there was an answer. */
  readonly status: number | undefined;
  /** The endpoint's own word for it (`invalid_api_key`), where it gave one. */
  readonly reason: string | undefined;

  constructor({
    endpoint,
    problem,
    status,
    reason,
  }: {
    endpoint: string;
    problem: string;
    status?: number | undefined;
    reason?: string | undefined;
  }) {
    super(`${endpoint}: ${problem}.`, adviceFor(status));
    this.endpoint = endpoint;
    this.problem = problem;
    this.status = status;
    this.reason = reason;
  }
}

function adviceFor(status: number | undefined): string {
  if (status === 401 || status === 403) return 'Check `apiKey` and what it may do.';
  if (status === 404) return 'Check `baseUrl` and `model`.';
  if (status === 429) return 'Lower `maxConcurrentRequests`, or wait until the quota is renewed.';
  if (status === 413) return 'Lower `maxDocuments` and `maxDocumentCharacters`.';
  if (status === 400 || status === 422)
    return 'Check `model`, `dialect`, and the length of the texts (`maxDocumentCharacters`).';
  return 'Try again later, or raise `maxAttempts`.';
}
