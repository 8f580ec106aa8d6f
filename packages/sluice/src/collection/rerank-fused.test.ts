import { logitScale, type Reranker, rankByScore } from '@sluice/core';
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
      return rankByScore({ space, ordinals, scores, scale: logitScale, sources }, topK);
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

  it('averages z-scores between', async () => {
    const scores = (await collection.search('river', { pipeline: bm25 })).map(({ score }) => score);
    const z = zScores(scores).map((own, at) => 0.6 * own + 0.4 * (zScores([97, 98, 99])[at] ?? 0));
    const expected = ['a', 'b', 'c'].toSorted(
      (left, right) => (z['abc'.indexOf(right)] ?? 0) - (z['abc'.indexOf(left)] ?? 0),
    );
    expect(await idsAt(0.4)).toEqual(expected);
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
