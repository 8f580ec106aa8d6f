import type { RerankingModelV3 } from '@ai-sdk/provider';
import { columnReranker } from '@sluice/testing';
import { type RerankingModel, rerank } from 'ai';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type SluiceRerankingModel, sluiceRerankingModel } from './sluice-reranking-model.js';
import { wordReranker } from './word-reranker.fixture.js';

const model = sluiceRerankingModel(wordReranker());
const query = 'tides moon';

it('is a reranking model of the AI SDK', () => {
  expectTypeOf<SluiceRerankingModel>().toExtend<RerankingModelV3>();
  expectTypeOf<SluiceRerankingModel>().toExtend<RerankingModel>();
  expect(model).toMatchObject({ specificationVersion: 'v3', provider: 'sluice', modelId: 'words' });
  expect(sluiceRerankingModel(wordReranker(), { modelId: 'mine' }).modelId).toBe('mine');
});

describe('rerank of the SDK', () => {
  it('gives the scores of the reranker, equal ones in the order given', async () => {
    const documents = [
      'the moon',
      'bread',
      'tides of the moon',
      'tides',
      '',
      ...Array.from({ length: 7 }, () => 'bread'),
    ];
    const { ranking, rerankedDocuments } = await rerank({ model, query, documents });
    expect(ranking.map(({ originalIndex, score }) => [originalIndex, score])).toEqual([
      [2, 1],
      [0, 0.5],
      [3, 0.5],
      ...[1, 4, 5, 6, 7, 8, 9, 10, 11].map((index) => [index, 0]),
    ]);
    expect(rerankedDocuments.slice(0, 2)).toEqual(['tides of the moon', 'the moon']);
  });

  it('cuts at topN', async () => {
    const { rerankedDocuments } = await rerank({ model, query, documents: ['bread', 'moon', 'tides, moon'], topN: 2 });
    expect(rerankedDocuments).toEqual(['tides, moon', 'moon']);
  });

  it('reads objects as JSON', async () => {
    const documents = [{ title: 'bread' }, { title: 'moon', facts: ['tides'] }];
    const { ranking } = await rerank({ model, query, documents });
    expect(ranking).toEqual([
      { originalIndex: 1, score: 1, document: documents[1] },
      { originalIndex: 0, score: 0, document: documents[0] },
    ]);
  });

  it('ends with the reason of its signal', async () => {
    const reason = new Error('enough');
    const call = rerank({ model, query, documents: ['moon'], abortSignal: AbortSignal.abort(reason) });
    await expect(call).rejects.toBe(reason);
  });
});

it('refuses rerankers that need more than texts, and options that are not known', () => {
  expect(() => sluiceRerankingModel(columnReranker())).toThrow(
    expect.objectContaining({ code: 'SLUICE_UNMET_REQUIREMENT', requirement: 'dense.cosine' }),
  );
  expect(() => sluiceRerankingModel(wordReranker(), JSON.parse('{ "model": "x" }'))).toThrow(
    expect.objectContaining({ code: 'SLUICE_INVALID_OPTIONS' }),
  );
});
