import { memoryDirectory } from '@sluice/files';
import { hashedEmbedder } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { indexDocuments } from './index-documents.js';
import { indexed, opened, waters } from './indexed.fixture.js';
import { openCollection } from './open-collection.js';

describe('a collection', () => {
  it('returns whole documents in the order of the ids, and refuses an id that it has not', async () => {
    const collection = await opened();
    expect(await collection.documents(['dam', 'lock', 'dam'])).toEqual([waters[3], waters[1], waters[3]]);
    await expect(collection.documents(['dam', 'sluice'])).rejects.toMatchObject({
      code: 'SLUICE_INVALID_INPUT',
      row: 1,
    });
  });

  it('may be closed twice, and says so when it is used afterwards', async () => {
    const collection = await opened();
    await collection.close();
    await collection.close();
    await expect(collection.retrieve([{ text: 'river' }])).rejects.toMatchObject({ code: 'SLUICE_STORE_CLOSED' });
    await expect(collection.documents(['dam'])).rejects.toMatchObject({ code: 'SLUICE_STORE_CLOSED' });
  });

  it('leaves an embedder that it was given open', async () => {
    const embedder = hashedEmbedder();
    const collection = await openCollection(await indexed(waters, { embedder }), { embedder });
    await collection.close();
    expect((await embedder.encodeQueries(['still open'])).rows).toBe(1);
  });

  it('refuses another embedder than the one that filled it', async () => {
    const directory = await indexed();
    await expect(openCollection(directory, { embedder: hashedEmbedder({ dimensions: 8 }) })).rejects.toMatchObject({
      code: 'SLUICE_FINGERPRINT_MISMATCH',
      indexed: 'hashed-16-cosine',
      loaded: 'hashed-8-cosine',
    });
  });

  it('asks for the embedder that nobody named, when it is needed', async () => {
    const collection = await openCollection(await indexed());
    expect(await collection.search('river', { pipeline: 'bm25' })).toHaveLength(2);
    await expect(collection.retrieve([{ text: 'river' }])).rejects.toMatchObject({
      code: 'SLUICE_INVALID_OPTIONS',
      path: 'embedder',
    });
  });

  it('says where it looked for a model that has gone, and how to name another place', async () => {
    const embedder = hashedEmbedder();
    const collection = await openCollection(await indexed(waters, { embedder, model: { name: '/no/such/model' } }));
    await expect(collection.retrieve([{ text: 'river' }])).rejects.toMatchObject({
      code: 'SLUICE_INVALID_INPUT',
      source: '/no/such/model',
      advice: expect.stringContaining('--model'),
    });
  });

  it('is not found where there is none', async () => {
    await expect(openCollection(memoryDirectory())).rejects.toMatchObject({ code: 'SLUICE_STORE_NOT_FOUND' });
  });

  it('of no documents answers with nothing', async () => {
    const collection = await opened([]);
    expect(collection.size).toBe(0);
    for (const name of collection.pipelines) expect(await collection.search('river', { pipeline: name })).toEqual([]);
  });

  it('keeps the snapshot that it opened', async () => {
    const directory = memoryDirectory();
    await indexDocuments(waters.slice(0, 1), directory);
    const before = await openCollection(directory);
    expect(before.size).toBe(1);
    await before.close();
  });
});
