import { APICallError, type RerankingModelV3, type RerankingModelV3CallOptions } from '@ai-sdk/provider';
import { type Candidates, idSpace, type Reranker } from '@sluice/core';
import { rankingWith, testReranker } from '@sluice/testing';
import * as ai from 'ai';
import { MockRerankingModelV3 } from 'ai/test';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { AiLibrary, SdkRerankingModel } from './ai-library.js';
import { type AiSdkRerankerOptions, aiSdkReranker } from './ai-sdk-reranker.js';
import { sluiceRerankingModel } from './sluice-reranking-model.js';
import { wordReranker, wordShare } from './word-reranker.fixture.js';

type Rerank = RerankingModelV3['doRerank'];
type Entry = Awaited<ReturnType<Rerank>>['ranking'][number];

/** A provider that counts shared words, best first and no more than asked for. */
function provider(change: Partial<RerankingModelV3> = {}, failures: Error[] = []) {
  const calls: RerankingModelV3CallOptions[] = [];
  const doRerank: Rerank = async (call) => {
    calls.push(call);
    const failure = failures.shift();
    if (failure) throw failure;
    const ranking = call.documents.values
      .map((document, index) => ({ index, relevanceScore: wordShare(call.query, String(document)) }))
      .sort((left, right) => right.relevanceScore - left.relevanceScore);
    return { ranking: ranking.slice(0, call.topN ?? 3) };
  };
  return { model: new MockRerankingModelV3({ provider: 'words', modelId: 'one', doRerank, ...change }), calls };
}

const make = (options: Partial<AiSdkRerankerOptions> = {}): Promise<Reranker> =>
  aiSdkReranker({ model: provider().model, ...options });

testReranker('aiSdkReranker', () => make({ maxDocuments: 7 }), { runs: 10, manyCandidates: 1000 });
testReranker(
  'a reranker through the AI SDK and back',
  () => make({ model: sluiceRerankingModel(wordReranker()), maxDocuments: 10_000 }),
  { runs: 10, manyCandidates: 10_000 },
);

const texts = ['bread and butter', 'the moon', 'tides of the moon', '', 'tides'];

function candidates(): Candidates[] {
  const ids = texts.map((_, at) => `d${at}`);
  const space = {
    ...idSpace(ids),
    texts: async (ordinals: Uint32Array) => Array.from(ordinals, (at) => ({ text: texts[at] ?? '' })),
  };
  return [{ query: { text: 'tides moon' }, ranking: rankingWith({ ids, space }) }];
}

describe('the SDK', () => {
  it('is asked for all documents with text, with options of the provider', async () => {
    const { model, calls } = provider();
    const providerOptions = { words: { nested: { list: [1] } } };
    const [ranking] = await (await make({ model, providerOptions })).rerank(candidates(), { topK: 4 });
    expect(ranking?.toDocuments().map(({ id, score }) => [id, score])).toEqual([
      ['d2', 1],
      ['d1', 0.5],
      ['d4', 0.5],
      ['d0', 0],
    ]);
    expect(calls).toHaveLength(1);
    const values = texts.filter((text) => text !== '');
    expect(calls[0]).toMatchObject({ query: 'tides moon', documents: { type: 'text', values }, topN: 4 });
    expect(calls[0]?.providerOptions).toEqual(providerOptions);
  });

  it('repeats what is busy, as late as it asks for, and gives up on what is refused', async () => {
    const failure = (statusCode: number) =>
      new APICallError({
        message: 'no',
        url: 'https://words.example',
        requestBodyValues: {},
        statusCode,
        responseHeaders: { 'retry-after-ms': '1' },
      });
    const busy = provider({}, [failure(429), failure(503)]);
    expect(await (await make({ model: busy.model })).rerank(candidates())).toHaveLength(1);
    expect(busy.calls).toHaveLength(3);
    const refused = provider({}, [failure(400)]);
    await expect((await make({ model: refused.model })).rerank(candidates())).rejects.toMatchObject({
      statusCode: 400,
    });
    expect(refused.calls).toHaveLength(1);
  });

  it('hears of a cancellation while a provider is silent', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const doRerank: Rerank = ({ abortSignal }) =>
      new Promise((_, reject) => {
        abortSignal?.addEventListener('abort', () => reject(abortSignal.reason));
        stop.abort(reason);
      });
    const reranker = await make({ model: provider({ doRerank }).model });
    await expect(reranker.rerank(candidates(), { signal: stop.signal })).rejects.toBe(reason);
  });
});

describe('refuses', () => {
  const entry = (index: number, relevanceScore = 0.5): Entry => ({ index, relevanceScore });

  it.each<{ why: string; ranking: Entry[]; problem: RegExp }>([
    { why: 'a document missing', ranking: [entry(0), entry(1), entry(3)], problem: /document 2 of 4/ },
    { why: 'a document twice', ranking: [entry(0), entry(1), entry(1)], problem: /document 1 twice/ },
    { why: 'NaN', ranking: [entry(0, Number.NaN)], problem: /not finite/ },
    { why: 'a score above 1', ranking: [entry(0, 2)], problem: /not between 0 and 1/ },
  ])('$why', async ({ ranking, problem }) => {
    const { model } = provider({ doRerank: async () => ({ ranking }) });
    const error = expect.objectContaining({ code: 'SLUICE_RERANK_ANSWER', problem: expect.stringMatching(problem) });
    await expect((await make({ model })).rerank(candidates())).rejects.toEqual(error);
  });

  it('options that are not valid', async () => {
    const name: AiSdkRerankerOptions = JSON.parse('{ "model": "cohere/rerank-v3.5", "maxDocuments": 0 }');
    await expect(aiSdkReranker(name)).rejects.toMatchObject({
      issues: [{ path: 'model' }, { path: 'maxDocuments' }],
      code: 'SLUICE_INVALID_OPTIONS',
    });
  });
});

it('takes models of the interface, and the library itself', async () => {
  expectTypeOf<Extract<ai.RerankingModel, object>>().toExtend<SdkRerankingModel>();
  expectTypeOf<typeof ai>().toExtend<AiLibrary>();
  expect(await (await make({ library: ai })).rerank(candidates())).toHaveLength(1);
});
