import { logitScale, type Reranker, rerankByScore } from '@sluice/core';
import { memoryDirectory } from '@sluice/files';
import { describe, expect, it } from 'vitest';
import { indexDocuments } from './index-documents.js';
import { openCollection } from './open-collection.js';
import { rerankFused } from './rerank-fused.js';

const documents = [
  { id: 'a', text: 'river river river weir' },
  { id: 'b', text: 'river river bank' },
  { id: 'c', text: 'river of bread and other things' },
  { id: 'd', text: 'rye' },
];

/** Prefers what comes late in the alphabet. */
const backwards: Reranker = {
  name: 'backwards',
  scale: logitScale,
  requires: [],
  rerank: async (candidates, { topK } = {}) =>
    candidates.map(({ ranking: { space, ids, ordinals, sources } }) => {
      const scores = Float32Array.from(ids, (id) => id.charCodeAt(0));
      return rerankByScore({ space, ordinals, sources }, scores, { name: 'backwards', scale: logitScale, topK });
    }),
};

describe('rerankFused', async () => {
  const directory = memoryDirectory();
  await indexDocuments(documents, directory);
  const collection = await openCollection(directory);
  const bm25 = collection.pipeline('bm25');
  const idsAt = async (weight: number, depth = 50) => {
    const pipeline = rerankFused(bm25, backwards, { weight, depth });
    return (await collection.search('river', { pipeline })).map(({ id }) => id);
  };

  it('has the order of the reranker alone at weight 1', async () => {
    expect(await idsAt(1)).toEqual(['c', 'b', 'a']);
  });

  it('has the order of the source where the reranker counts next to nothing', async () => {
    expect(await idsAt(0.001)).toEqual(['a', 'b', 'c']);
  });

  it('averages the deviations of the source and the logits', async () => {
    const scores = (await collection.search('river', { pipeline: bm25 })).map(({ score }) => score);
    const expected = zScores(scores).map((own, at) => (1 - 0.01) * own + 0.01 * (97 + at));
    const found = await collection.search('river', { pipeline: rerankFused(bm25, backwards, { weight: 0.01 }) });
    const byId = new Map(found.map(({ id, score }) => [id, score]));
    for (const [at, score] of expected.entries()) expect(byId.get('abc'[at] ?? '')).toBeCloseTo(score, 4);
  });

  it('takes the deviations over more than it reranks', async () => {
    const search = (depth: number) =>
      collection.search('river', { pipeline: rerankFused(bm25, backwards, { weight: 0.01, depth }) });
    const [few, all] = [await search(2), await search(50)];
    expect(few.map(({ id, score }) => ({ id, score }))).toEqual(
      all.filter(({ id }) => id !== 'c').map(({ id, score }) => ({ id, score })),
    );
  });

  it('has the scores of the source and of the reranker beside its own', async () => {
    const [best] = await collection.search('river', { pipeline: rerankFused(bm25, backwards, { weight: 0.4 }) });
    expect(best?.sources).toMatchObject({ bm25: expect.anything(), backwards: expect.anything() });
  });

  it('drops what is below the depth', async () => {
    expect(await idsAt(1, 2)).toEqual(['b', 'a']);
    expect(await idsAt(0.4, 2)).toHaveLength(2);
  });

  it.each([0, 1.5, Number.NaN])('refuses the weight %s', (weight) => {
    expect(() => rerankFused(bm25, backwards, { weight })).toThrow(/weight/);
  });
});

function zScores(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (value - mean) / deviation);
}
