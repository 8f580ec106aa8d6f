import { memoryDirectory } from '@sluice/files';
import { expect, it } from 'vitest';
import { indexDocuments } from './index-documents.js';
import { openCollection } from './open-collection.js';
import { standardised } from './standardised.js';

it('has the order of the source, and deviations from the mean of all that it found, whatever is asked for', async () => {
  const directory = memoryDirectory();
  const texts = ['river river river weir', 'river river bank', 'river of bread and other things', 'rye'];
  await indexDocuments(
    texts.map((text, at) => ({ id: `d${at}`, text })),
    directory,
  );
  const collection = await openCollection(directory);
  const bm25 = collection.pipeline('bm25');
  const [plain] = await bm25.retrieve([{ text: 'river' }], { topK: 10 });
  const scores = [...(plain?.scores ?? [])];
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const deviation = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length);
  for (const topK of [1, 3]) {
    const [found] = await standardised(bm25).retrieve([{ text: 'river' }], { topK });
    expect(found?.ids).toEqual(plain?.ids.slice(0, topK));
    for (const [at, score] of [...(found?.scores ?? [])].entries()) {
      expect(score).toBeCloseTo(((scores[at] ?? 0) - mean) / deviation, 5);
    }
  }
  expect([standardised(bm25).depth, standardised(bm25, 5000).depth]).toEqual([1000, 5000]);
  await collection.close();
});
