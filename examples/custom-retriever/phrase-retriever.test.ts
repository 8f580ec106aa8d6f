import { type Document, fullText, fuse, idSpace, parsePipeline, StageRegistry } from '@sluice/core';
import { Bm25IndexBuilder, bm25, englishAnalyzer, rrf } from '@sluice/retrievers';
import { testRetriever } from '@sluice/testing';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { phraseRetriever } from './phrase-retriever.js';

testRetriever('phraseRetriever', (documents) => phraseRetriever(documents));

const documents: Document[] = [
  { id: 'question', text: 'To be, or not to be: that is the question.' },
  { id: 'reversed', text: 'The question is not to be asked or to be answered.' },
  { id: 'rest', text: 'The rest is silence.' },
];
const space = idSpace(documents.map(({ id }) => id));

it('lifts the document with the phrase over one with the same words', async () => {
  const builder = new Bm25IndexBuilder(englishAnalyzer());
  for (const [at, document] of documents.entries()) builder.add(at, fullText(document));
  const lexical = bm25({ index: builder.build(), space, analyzer: englishAnalyzer() });
  const hybrid = fuse([lexical, phraseRetriever(documents, space)], rrf());

  const [ranking] = await hybrid.retrieve([{ text: 'that is the question' }], { topK: 3 });
  expect(ranking?.ids[0]).toBe('question');
  expect(ranking?.toDocuments()[0]?.sources.phrase).toEqual({ score: 1, rank: 1 });
});

it('can be named in a pipeline file', async () => {
  const registry = new StageRegistry<{ documents: readonly Document[] }>().register({
    kind: 'retriever',
    type: 'phrase',
    schema: z.strictObject({}),
    create: (_, context) => phraseRetriever(context.documents),
  });
  const chain = parsePipeline({ type: 'pipeline', stages: [{ type: 'phrase' }, { type: 'take', topK: 1 }] }, registry, {
    documents,
  });
  const [ranking] = await chain.retrieve([{ text: 'TO BE' }], { topK: 5 });
  expect(ranking?.ids).toEqual(['question']);
});
