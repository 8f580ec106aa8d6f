import { type Document, idSpace } from '@sluice/core';
import { memoryDirectory } from '@sluice/files';
import { bm25f, englishAnalyzer, FieldsIndexBuilder } from '@sluice/retrievers';
import { expectEqualRankings, hashedEmbedder, testRetriever } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import type { Collection } from './collection.js';
import { exportCiffCollection } from './exchange-collection.js';
import { explainSources } from './explain-sources.js';
import { type IndexOptions, indexDocuments } from './index-documents.js';
import { openCollection } from './open-collection.js';

const documents: readonly Document[] = [
  { id: 'a', title: 'Weirs', text: 'They raise a river.', metadata: { tags: ['dam', 'wall'] } },
  { id: 'b', title: 'Locks', text: 'Boats pass weirs and weirs through locks.', metadata: { tags: ['boat'] } },
  { id: 'c', text: 'Rye bread, no weir.' },
];
const fields = { title: { weight: 3, b: 0.3 }, text: {}, tags: { weight: 0.5 } };
const queries = ['weirs', 'dam on a river', 'locks bread', 'nothing of it'].map((text) => ({ text }));

async function collectionOf(
  own: readonly Document[],
  bm25: IndexOptions['bm25'],
  rest: Omit<IndexOptions, 'bm25'> = {},
): Promise<Collection> {
  const directory = memoryDirectory();
  await indexDocuments(own, directory, { ...rest, bm25 });
  return openCollection(directory, { embedder: rest.embedder });
}

describe('a collection that weighs fields', () => {
  it('scores as BM25F by hand, after it was saved', async () => {
    const collection = await collectionOf(documents, { k1: 0.9, b: 0.5, fields });
    const builder = new FieldsIndexBuilder(englishAnalyzer(), Object.keys(fields));
    for (const [ordinal, document] of documents.entries()) builder.add(ordinal, document);
    const space = idSpace(documents.map(({ id }) => id));
    const byHand = bm25f({
      ...{ index: builder.build(), space, analyzer: englishAnalyzer(), k1: 0.9, name: 'bm25' },
      fields: { title: { weight: 3, b: 0.3 }, text: { weight: 1, b: 0.5 }, tags: { weight: 0.5, b: 0.5 } },
    });
    expectEqualRankings(await collection.retrieve(queries), await byHand.retrieve(queries, { topK: 10 }));
    expect(collection.sources.bm25.toSpec?.()).toEqual(byHand.toSpec?.());
    const written = JSON.parse(JSON.stringify(collection.pipeline('bm25').toSpec()));
    expect(collection.pipeline(written).toString()).toBe(collection.pipeline('bm25').toString());
    await collection.close();
  });

  it('is as one text where a single field has all words', async () => {
    const untitled = documents.map(({ id, text }) => ({ id, text }));
    const [weighed, whole] = [await collectionOf(untitled, { fields: { text: {} } }), await collectionOf(untitled, {})];
    expectEqualRankings(await weighed.retrieve(queries), await whole.retrieve(queries));
    await weighed.close();
    await whole.close();
  });

  it('takes other weights when it is searched, and its own where they are left out', async () => {
    const collection = await collectionOf(documents, { k1: 0.9, fields });
    const search = async (pipeline: { type: string }) => (await collection.retrieve(queries, { pipeline, topK: 3 }))[0];
    const own = await search({ type: 'bm25f' });
    expect(own?.scores).toEqual((await collection.retrieve(queries, { topK: 3 }))[0]?.scores);
    expect((await search({ type: 'bm25' }))?.scores).toEqual(own?.scores);
    const text = await search({ type: 'bm25f', fields: { text: {} } } as { type: string });
    expect(text?.ids).toEqual(['b', 'c']);
    const flat = await search({ type: 'bm25', b: 0, k1: 0.9 } as { type: string });
    const written = { title: { weight: 3, b: 0 }, text: { weight: 1, b: 0 }, tags: { weight: 0.5, b: 0 } };
    expect(flat?.scores).toEqual((await search({ type: 'bm25f', fields: written } as { type: string }))?.scores);
    expect(flat?.scores).not.toEqual(own?.scores);
    await collection.close();
  });

  it('fuses, expands and explains like any other', async () => {
    const embedder = hashedEmbedder();
    const collection = await collectionOf(documents, { fields }, { embedder });
    const [hybrid] = await collection.retrieve(queries, { topK: 3 });
    expect(Object.keys(hybrid?.sources ?? {})).toEqual(expect.arrayContaining(['bm25', 'dense']));
    const rm3 = { type: 'rm3', maxDocumentShare: 1 };
    expect((await collection.retrieve(queries, { pipeline: rm3 }))[0]?.ids).toContain('a');
    const [ranking] = await collection.retrieve(queries, { pipeline: 'bm25' });
    for (const [rank, ordinal] of [...(ranking?.ordinals ?? [])].entries()) {
      const [explained] = await explainSources(collection.pipeline('hybrid'), { text: 'weirs' }, ordinal);
      expect(explained).toMatchObject({ source: 'bm25', score: ranking?.scores[rank] });
    }
    await collection.close();
  });

  it('says which fields no document has words in', async () => {
    const summary = await indexDocuments(documents, memoryDirectory(), {
      bm25: { fields: { titel: {}, text: {}, tags: {} } },
    });
    expect(summary).toEqual({ documents: 3, vectors: 0, generation: 1, emptyFields: ['titel'] });
    expect(await indexDocuments(documents, memoryDirectory(), { bm25: { fields } })).not.toHaveProperty('emptyFields');
  });

  it('works without documents', async () => {
    const collection = await collectionOf([], { fields });
    expect((await collection.retrieve(queries)).map(({ ids }) => ids)).toEqual(queries.map(() => []));
    await collection.close();
  });

  it.each([
    { bm25: { fields: {} }, path: 'fields' },
    { bm25: { fields: { title: { weight: 0 } } }, path: 'bm25.fields.title.weight' },
    { bm25: { fields: { title: { b: 2 } } }, path: 'bm25.fields.title.b' },
    { bm25: { fields: { '': {} } }, path: 'bm25.fields.' },
  ])('refuses $bm25', async ({ bm25, path }) => {
    await expect(indexDocuments(documents, memoryDirectory(), { bm25 })).rejects.toMatchObject({
      code: 'SLUICE_INVALID_OPTIONS',
      path,
    });
  });

  it('refuses what it cannot search or export, by name', async () => {
    const directory = memoryDirectory();
    await indexDocuments(documents, directory, { bm25: { fields } });
    const collection = await openCollection(directory);
    const pipeline = (spec: object) => () => collection.pipeline(spec as { type: string });
    expect(pipeline({ type: 'bm25', variant: 'atire' })).toThrow(/one formula/);
    expect(pipeline({ type: 'bm25f', fields: { author: {} } })).toThrow(/no such field; it has title, text, tags/);
    expect(pipeline({ type: 'bm25f', fields: { title: { weight: -1 } } })).toThrow(
      expect.objectContaining({ code: 'SLUICE_INVALID_OPTIONS', path: 'fields.title.weight' }),
    );
    await collection.close();
    await expect(exportCiffCollection(directory).next()).rejects.toThrow(/weighs fields apart/);
    const plain = await collectionOf(documents, {});
    expect(() => plain.pipeline({ type: 'bm25f' })).toThrow(/without fields/);
    await plain.close();
  });
});

it('a written bm25 has the parameters of its collection where it names none', async () => {
  const collection = await collectionOf(documents, { k1: 0.4, b: 0.1 });
  const written = { type: 'bm25' };
  const [own, read] = [await collection.retrieve(queries), await collection.retrieve(queries, { pipeline: written })];
  expectEqualRankings(read, own);
  const other = await collection.retrieve(queries, { pipeline: { type: 'bm25', k1: 1.2 } as { type: string } });
  expect(other[0]?.scores).not.toEqual(own[0]?.scores);
  await collection.close();
});

testRetriever(
  'the bm25 of a collection that weighs fields',
  async (own) => (await collectionOf(own, { fields: { title: { weight: 2 }, text: {} } })).sources.bm25,
  { runs: 25 },
);
