import { parseOptions, type Reranker } from '@sluice/core';
import { endpointUrl, postJson } from '@sluice/inference/http';
import { RerankAnswerError } from '../errors/rerank-answer-error.js';
import { RerankRequestError } from '../errors/rerank-request-error.js';
import { textReranker } from '../text/text-reranker.js';
import { answerScores } from './answer-scores.js';
import {
  type HttpRerankerOptions,
  type HttpRerankerSettings,
  httpRerankerOptions,
  type RerankDialect,
} from './http-reranker-settings.js';

const OWNER = 'httpReranker';

/** How many documents are to come back. */
const countField: Readonly<Record<RerankDialect, string>> = { cohere: 'top_n', voyage: 'top_k' };

/**
 * Reranks with a model behind an endpoint that speaks Cohere's `/rerank`, as Jina, Voyage and many servers of one's own
 * do.
 *
 * A list of candidates is parted into requests of at most `maxDocuments`; a few run at a time, and are repeated when the
 * endpoint is busy, as late as it asks for. One that fails for good fails the call, and stops the others. Every answer is
 * checked: one finite score on the scale for each document, so no candidate is ever lost. All are asked for even under
 * `topK`, which cuts afterwards, where ties are known.
 *
 * A document without text is not sent and has relevance 0, as a logit -100. No error holds a text or the key.
 *
 * Calls reject with `RerankRequestError` where the endpoint refuses or cannot be reached, and with `RerankAnswerError`
 * where its answer is not usable.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @example
 * const reranker = httpReranker({ baseUrl: 'https://api.cohere.com/v2', model: 'rerank-v3.5', apiKey });
 */
export function httpReranker(options: HttpRerankerOptions): Reranker {
  const settings = parseOptions(httpRerankerOptions, options, OWNER);
  const { name, scores, maxDocuments, maxDocumentCharacters, maxConcurrentRequests } = settings;
  return textReranker({
    owner: OWNER,
    name,
    scores,
    maxDocuments,
    maxDocumentCharacters,
    concurrency: maxConcurrentRequests,
    async score(query, documents, signal) {
      const answer = await postJson(settings, {
        url: endpointUrl(settings, 'rerank'),
        body: bodyOf(settings, query, documents),
        signal,
        refused: (facts) => new RerankRequestError(facts),
        unreadable: (problem) => new RerankAnswerError({ owner: OWNER, problem }),
      });
      return answerScores(answer, OWNER);
    },
  });
}

/** Some endpoints answer with a few documents only, unless they are told a number. */
function bodyOf(
  { model, dialect, fields }: HttpRerankerSettings,
  query: string,
  documents: readonly string[],
): Record<string, unknown> {
  return { ...fields, model, query, documents, [countField[dialect]]: documents.length };
}
