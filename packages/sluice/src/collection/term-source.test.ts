import { memoryDirectory } from '@sluice/files';
import { expectRefusal } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Collection } from './collection.js';
import { indexDocuments } from './index-documents.js';
import { openCollection } from './open-collection.js';

const texts = ['tin cans rust', 'tin solder melts', 'solder flux', 'lead pipes', 'zinc roofs', 'a gold ring'];
let collection: Collection;
beforeAll(async () => {
  const directory = memoryDirectory();
  await indexDocuments(
    texts.map((text, at) => ({ id: `d${at}`, text })),
    directory,
  );
  collection = await openCollection(directory);
});
afterAll(() => collection.close());

it('pipelines may ask for phrases and nearness', async () => {
  const stages = [
    { type: 'bm25' },
    { type: 'phrases' },
    { type: 'rerank', by: { type: 'proximity', weight: 2 }, depth: 10 },
  ];
  const spec = { type: 'pipeline', stages };
  const found = await collection.search('"solder melts" tin', { pipeline: spec });
  expect(found.map(({ id, sources }) => [id, Object.keys(sources)])).toEqual([['d1', ['bm25', 'proximity']]]);
  const written = collection.pipeline(spec).toSpec();
  expect(collection.pipeline(written).toSpec()).toEqual(written);
});

describe.each(['rm3', 'rocchio'])('%s in a written pipeline', (type) => {
  it('learns from the texts of the collection', async () => {
    const plain = await collection.search('tin', { pipeline: 'bm25' });
    expect(plain.map(({ id }) => id)).not.toContain('d2');
    const expanded = await collection.search('tin', { pipeline: { type, maxDocumentShare: 1 } as { type: string } });
    expect(expanded.map(({ id }) => id)).toContain('d2');
  });

  it('is read again as it was written', () => {
    const spec = { type, source: { type: 'bm25', k1: 0.9, b: 0.4 }, feedbackTerms: 5 } as { type: string };
    const written = collection.pipeline(spec).toSpec();
    expect(written).toMatchObject({ stages: [{ type, source: { k1: 0.9 }, feedbackTerms: 5 }] });
    expect(collection.pipeline(written).toSpec()).toEqual(written);
  });

  it('names the option that is wrong, and refuses a source without terms', async () => {
    const wrong = { type: 'pipeline', stages: [{ type, feedbackTerms: 0 }] };
    const code = 'SLUICE_INVALID_OPTIONS';
    await expectRefusal(async () => collection.pipeline(wrong), { code, fields: { path: 'stages.0.feedbackTerms' } });
    const twice = { type, source: { type } } as { type: string };
    await expectRefusal(async () => collection.pipeline(twice), { code, fields: { path: 'source' } });
  });
});
