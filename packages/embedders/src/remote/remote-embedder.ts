import { createHash } from 'node:crypto';
import { type Embedder, parseOptions } from '@sluice/core';
import { batchEmbedder, type TextKind } from '../batch/batch-embedder.js';
import { answerRows } from './answer-rows.js';
import { embeddingRequest, embeddingsUrl } from './embedding-request.js';
import { type RemoteEmbedderOptions, type RemoteEmbedderSettings, remoteEmbedderOptions } from './remote-settings.js';

const OWNER = 'remoteEmbedder';

/**
 * An embedder over an endpoint that speaks OpenAI's `/embeddings`: a provider, or a server of your own.
 *
 * Nothing is sent before the first text. Requests stay within limits, run a few at a time, and are repeated when the
 * endpoint is busy, as late as it asks for. One that fails for good fails the call, and stops the others. Every answer
 * is checked before any of it is used.
 *
 * An empty text has the row of zeros and is not sent: endpoints refuse it. The fingerprint is made of the endpoint's
 * address, the model's name, and what changes rows; that the endpoint keeps its weights under one name is its promise.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @example
 * const embedder = remoteEmbedder({ baseUrl: 'http://localhost:8080/v1', model: 'bge-small', dimensions: 384 });
 */
export function remoteEmbedder(options: RemoteEmbedderOptions): Required<Embedder> {
  const settings = parseOptions(remoteEmbedderOptions, options, OWNER);
  const { dimensions, similarity, maxTexts, maxCharacters, maxConcurrentRequests } = settings;
  return batchEmbedder({
    owner: OWNER,
    dimensions,
    similarity,
    fingerprint: fingerprintOf(settings),
    prompts: { query: settings.queryPrompt, document: settings.documentPrompt },
    limits: { maxTexts, maxCharacters },
    concurrency: maxConcurrentRequests,
    order: 'as given',
    emptyTexts: 'zeros',
    async encode(texts, kind, signal) {
      const answer = await embeddingRequest(settings, bodyOf(settings, texts, kind), signal);
      return answerRows(answer, { rows: texts.length, columns: dimensions, owner: OWNER });
    },
  });
}

function bodyOf(settings: RemoteEmbedderSettings, texts: readonly string[], kind: TextKind): Record<string, unknown> {
  const { model, encoding, shortening, dimensions, maxTextCharacters } = settings;
  return {
    ...(kind === 'query' ? settings.queryFields : settings.documentFields),
    model,
    input: maxTextCharacters === undefined ? texts : texts.map((text) => cut(text, maxTextCharacters)),
    encoding_format: encoding,
    ...(shortening === 'remote' ? { dimensions } : {}),
  };
}

/** Never within a surrogate pair. */
function cut(text: string, maxCharacters: number): string {
  return text.slice(0, maxCharacters).replace(/[\ud800-\udbff]$/, '');
}

function fingerprintOf(settings: RemoteEmbedderSettings): string {
  const { model, shortening, similarity, queryPrompt, documentPrompt, queryFields, documentFields } = settings;
  const facts = [
    embeddingsUrl(settings).href,
    model,
    shortening,
    similarity,
    queryPrompt,
    documentPrompt,
    queryFields,
    documentFields,
    settings.maxTextCharacters ?? null,
  ];
  const hash = createHash('sha256').update(JSON.stringify(facts)).digest('hex');
  return `remote:${settings.dimensions}:${hash}`;
}
