import { memoryDirectory } from '@sluice/files';
import { hashedEmbedder } from '@sluice/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Collection } from './collection.js';
import { explainDocuments, explainSources } from './explain-sources.js';
import { indexDocuments } from './index-documents.js';
import { openCollection } from './open-collection.js';

const texts = ['tin cans rust', 'tin solder melts', 'solder flux', 'lead pipes'];
let collection: Collection;
beforeAll(async () => {
  const directory = memoryDirectory();
  const embedder = hashedEmbedder();
  await indexDocuments(
    texts.map((text, at) => ({ id: `d${at}`, text })),
    directory,
    { embedder },
  );
  collection = await openCollection(directory, { embedder });
});
afterAll(() => collection.close());

it.each([
  { pipeline: 'bm25', sources: ['bm25'] },
  { pipeline: 'hybrid', sources: ['bm25'] },
  { pipeline: 'dense', sources: [] },
  {
    pipeline: { type: 'fuse', sources: [{ type: 'rm3', maxDocumentShare: 1 }, { type: 'dense' }], by: { type: 'rrf' } },
    sources: ['rm3'],
  },
])('explains what each source of $pipeline said', async ({ pipeline: choice, sources }) => {
  const pipeline = collection.pipeline(choice);
  const [ranking] = await pipeline.retrieve([{ text: 'tin solder' }], { topK: 3 });
  const explained = await explainSources(pipeline, { text: 'tin solder' }, 1);
  expect(explained.map(({ source }) => source)).toEqual(sources);
  const place = ranking?.ids.indexOf('d1') ?? -1;
  for (const { source, score, terms } of explained) {
    expect(score).toBe(ranking?.sources[source]?.scores[place]);
    expect(terms.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(score, 5);
    expect(terms.length).toBeGreaterThan(1);
  }
});

it('gives the weights of an expanded query', async () => {
  const pipeline = collection.pipeline({ type: 'rm3', maxDocumentShare: 1 } as { type: string });
  const [explained] = await explainSources(pipeline, { text: 'tin' }, 2);
  expect(explained?.terms.map(({ term }) => term)).toEqual(['solder']);
  expect(explained?.terms[0]?.queryWeight).toBeLessThan(0.5);
});

it('explains several documents as each alone', async () => {
  const spec = { type: 'fuse', sources: [{ type: 'rm3', maxDocumentShare: 1 }, { type: 'bm25' }], by: { type: 'rrf' } };
  const pipeline = collection.pipeline(spec);
  const query = { text: 'tin solder' };
  const together = await explainDocuments(pipeline, query, [2, 0, 1]);
  expect(together).toEqual(await Promise.all([2, 0, 1].map((ordinal) => explainSources(pipeline, query, ordinal))));
  expect(together[0]?.map(({ source }) => source)).toEqual(['rm3', 'bm25']);
  expect(await explainDocuments(pipeline, query, [])).toEqual([]);
});
