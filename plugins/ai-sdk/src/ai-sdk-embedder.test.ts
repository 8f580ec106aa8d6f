import { APICallError, type EmbeddingModelV3, type EmbeddingModelV3CallOptions } from '@ai-sdk/provider';
import { type Embedder, rowOf } from '@sluice/core';
import { hashedEmbedder, testEmbedder } from '@sluice/testing';
import * as ai from 'ai';
import { MockEmbeddingModelV3 } from 'ai/test';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { AiLibrary, SdkEmbeddingModel } from './ai-library.js';
import { type AiSdkEmbedderOptions, aiSdkEmbedder } from './ai-sdk-embedder.js';
import { sluiceEmbeddingModel } from './sluice-embedding-model.js';

type Embed = EmbeddingModelV3['doEmbed'];

/** A provider over `hashedEmbedder`, whose rows are longer than 1 as some providers' are. */
function provider(change: Partial<EmbeddingModelV3> = {}, failures: Error[] = []) {
  const calls: EmbeddingModelV3CallOptions[] = [];
  const embedder = hashedEmbedder();
  const doEmbed: Embed = async (call) => {
    calls.push(call);
    const failure = failures.shift();
    if (failure) throw failure;
    const rows = await embedder.encodeQueries(call.values);
    return { embeddings: call.values.map((_, row) => [...rowOf(rows, row)].map((value) => value * 3)), warnings: [] };
  };
  const model = new MockEmbeddingModelV3({
    provider: 'hashes',
    modelId: 'one',
    maxEmbeddingsPerCall: 5,
    doEmbed,
    ...change,
  });
  return { model, calls };
}

const make = (options: Partial<AiSdkEmbedderOptions> = {}): Promise<Required<Embedder>> =>
  aiSdkEmbedder({ model: provider().model, dimensions: 16, ...options });

testEmbedder('aiSdkEmbedder', () => make({ maxTexts: 3 }), {
  others: [
    () => make({ model: provider({ provider: 'other' }).model }),
    () => make({ model: provider({ modelId: 'other' }).model }),
    () => make({ queryPrompt: 'query: ' }),
    () => make({ documentPrompt: 'query: ' }),
    () => make({ queryOptions: { hashes: { task: 'query' } } }),
    () => make({ similarity: 'dot' }),
  ],
});
testEmbedder('an embedder through the AI SDK and back', () => make({ model: sluiceEmbeddingModel(hashedEmbedder()) }));

const words = Array.from({ length: 23 }, (_, at) => `word ${at} of ${at * at}`);

describe('the SDK', () => {
  it('is asked within its limits and the model’s, and the rows are those of the texts', async () => {
    const { model, calls } = provider();
    const { data } = await (await make({ model, maxTexts: 12 })).encodeDocuments(words);
    const expected = await hashedEmbedder().encodeDocuments(words);
    for (const [at, value] of data.entries()) expect(value).toBeCloseTo(expected.data[at] ?? Number.NaN, 6);
    expect(calls.map(({ values }) => values.length).toSorted()).toEqual([1, 2, 5, 5, 5, 5]);
  });

  it('carries options of the provider, prompts and titles', async () => {
    const { model, calls } = provider();
    const embedder = await make({
      model,
      queryPrompt: 'query: ',
      queryOptions: { hashes: { task: 'query' } },
      documentOptions: { hashes: { task: 'passage', nested: { list: [1] } } },
    });
    await embedder.encodeQueries(['tides']);
    await embedder.encodeDocuments([{ title: 'Moon', text: 'tides' }]);
    expect(calls.map(({ values, providerOptions }) => ({ values, providerOptions }))).toEqual([
      { values: ['query: tides'], providerOptions: { hashes: { task: 'query' } } },
      { values: ['Moon tides'], providerOptions: { hashes: { task: 'passage', nested: { list: [1] } } } },
    ]);
  });

  it('repeats what is busy, as late as it asks for, and gives up on what is refused', async () => {
    const failure = (statusCode: number) =>
      new APICallError({
        message: 'no',
        url: 'https://hashes.example',
        requestBodyValues: {},
        statusCode,
        responseHeaders: { 'retry-after-ms': '1' },
      });
    const busy = provider({}, [failure(429), failure(503)]);
    expect(await (await make({ model: busy.model })).encodeQueries(['a'])).toMatchObject({ rows: 1 });
    expect(busy.calls).toHaveLength(3);
    const refused = provider({}, [failure(400)]);
    await expect((await make({ model: refused.model })).encodeQueries(['a'])).rejects.toMatchObject({
      statusCode: 400,
    });
    expect(refused.calls).toHaveLength(1);
  });

  it('hears of a cancellation while a provider is silent', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const doEmbed: Embed = ({ abortSignal }) =>
      new Promise((_, reject) => {
        abortSignal?.addEventListener('abort', () => reject(abortSignal.reason));
        stop.abort(reason);
      });
    const embedder = await make({ model: provider({ doEmbed }).model });
    await expect(embedder.encodeQueries(['a'], { signal: stop.signal })).rejects.toBe(reason);
  });

  it('is not asked for empty texts', async () => {
    const { model, calls } = provider();
    expect((await (await make({ model })).encodeDocuments([''])).data).toEqual(new Float32Array(16));
    expect(calls).toEqual([]);
  });
});

describe('refuses', () => {
  it.each<{ why: string; embeddings: number[][]; problem: RegExp }>([
    { why: 'too few rows', embeddings: [], problem: /0 rows came for 1 texts/ },
    { why: 'narrow rows', embeddings: [[1, 2]], problem: /2 numbers, 16 are due/ },
    { why: 'NaN', embeddings: [Array.from({ length: 16 }, () => Number.NaN)], problem: /not finite/ },
  ])('$why', async ({ embeddings, problem }) => {
    const { model } = provider({ doEmbed: async () => ({ embeddings, warnings: [] }) });
    const error = expect.objectContaining({ code: 'SLUICE_EMBEDDING_ANSWER', problem: expect.stringMatching(problem) });
    await expect((await make({ model })).encodeQueries(['a'])).rejects.toEqual(error);
  });

  it('options that are not valid', async () => {
    const name: AiSdkEmbedderOptions = JSON.parse('{ "model": "openai/text-embedding-3-small", "dimensions": 0 }');
    await expect(aiSdkEmbedder(name)).rejects.toMatchObject({
      issues: [{ path: 'model' }, { path: 'dimensions' }],
      code: 'SLUICE_INVALID_OPTIONS',
    });
  });
});

it('takes models of every version of the interface, and the library itself', async () => {
  expectTypeOf<Extract<ai.EmbeddingModel, object>>().toExtend<SdkEmbeddingModel>();
  expectTypeOf<typeof ai>().toExtend<AiLibrary>();
  expect(await (await make({ library: ai })).encodeQueries(['tides'])).toMatchObject({ rows: 1, columns: 16 });
});
