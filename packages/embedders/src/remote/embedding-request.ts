import { endpointUrl, postJson } from '@sluice/inference/http';
import { EmbeddingAnswerError } from '../errors/embedding-answer-error.js';
import { EmbeddingRequestError } from '../errors/embedding-request-error.js';
import type { RemoteEmbedderSettings } from './remote-settings.js';

/**
 * Posts a request to `/embeddings` until it is answered, and returns the parsed answer.
 *
 * @throws {EmbeddingRequestError} refused, or given up
 * @throws {EmbeddingAnswerError} the answer is too long, or not JSON
 * @throws the signal's `reason`, once it has fired
 */
export function embeddingRequest(
  settings: RemoteEmbedderSettings,
  body: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<unknown> {
  return postJson(settings, {
    url: embeddingsUrl(settings),
    body,
    signal,
    refused: (facts) => new EmbeddingRequestError(facts),
    unreadable: (problem) => new EmbeddingAnswerError({ owner: 'remoteEmbedder', problem }),
  });
}

/** `/embeddings` under the base. */
export function embeddingsUrl(settings: Pick<RemoteEmbedderSettings, 'baseUrl'>): URL {
  return endpointUrl(settings, 'embeddings');
}
