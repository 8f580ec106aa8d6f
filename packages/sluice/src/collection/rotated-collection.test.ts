import { type Document, type Embedder, rowOf } from '@sluice/core';
import { fitRotation, rotatedEmbedder } from '@sluice/embedders';
import { type Directory, memoryDirectory } from '@sluice/files';
import { expectEqualRankings, hashedEmbedder } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { indexDocuments } from './index-documents.js';
import { waters } from './indexed.fixture.js';
import { openCollection } from './open-collection.js';

const words = ['river', 'weir', 'lock', 'boat', 'dam', 'bread', 'yeast', 'dough', 'rise', 'level'];
const many: readonly Document[] = Array.from({ length: 120 }, (_, at) => ({
  id: `d${String(at).padStart(3, '0')}`,
  text: `${words[at % 10]} ${words[(at * 7 + 3) % 10]} ${words[(at * 3 + 1) % 10]} ${at % 6}`,
}));
const queries = words.map((text) => ({ text }));

async function rotated(documents = many, options = {}): Promise<Directory> {
  const directory = memoryDirectory();
  await indexDocuments(documents, directory, { embedder: hashedEmbedder(), rotation: 'fit', batch: 50, ...options });
  return directory;
}

describe('a collection with a rotation', () => {
  it('at full width ranks as without, and at fewer dimensions nearly so', async () => {
    const plain = memoryDirectory();
    await indexDocuments(many, plain, { embedder: hashedEmbedder() });
    const [exact, full, narrow] = await Promise.all(
      [plain, await rotated(), await rotated(many, { dimensions: 8 })].map(async (directory) => {
        const collection = await openCollection(directory, { embedder: hashedEmbedder() });
        return collection.retrieve(queries, { topK: 10, pipeline: 'dense' });
      }),
    );
    for (const [query, ranking] of (exact ?? []).entries()) {
      const scores = full?.[query]?.scores ?? [];
      expect(scores).toHaveLength(10);
      for (const [at, score] of ranking.scores.entries()) expect(scores[at]).toBeCloseTo(score, 5);
      const kept = narrow?.[query]?.ids.filter((id) => ranking.ids.includes(id)) ?? [];
      expect(kept.length).toBeGreaterThanOrEqual(5);
    }
  });

  it('has the vectors of rotatedEmbedder, which may be handed in as well as the model', async () => {
    const embedder = hashedEmbedder();
    const map = await fitRotation({ embedder, documents: many });
    const directory = await rotated(many, { rotation: map, dimensions: 5 });
    const narrow = rotatedEmbedder(embedder, map, { dimensions: 5 });
    const rankings = await Promise.all(
      [embedder, narrow].map(async (given) => {
        const collection = await openCollection(directory, { embedder: given });
        return collection.retrieve(queries, { topK: 3, pipeline: 'dense' });
      }),
    );
    expectEqualRankings(rankings[0] ?? [], rankings[1] ?? []);
    const [vectors, asked] = [await narrow.encodeDocuments(many), await narrow.encodeQueries(['river'])];
    const collection = await openCollection(directory, { embedder });
    const [best] = await collection.search('river', { pipeline: 'dense', topK: 1 });
    const row = rowOf(
      vectors,
      many.findIndex(({ id }) => id === best?.id),
    );
    expect(best?.score).toBeCloseTo(
      row.reduce((sum, value, at) => sum + value * (asked.data[at] ?? 0), 0),
      5,
    );
  });

  it('refuses another model, and other documents fit another rotation', async () => {
    const directory = await rotated();
    await expect(openCollection(directory, { embedder: hashedEmbedder({ dimensions: 8 }) })).rejects.toMatchObject({
      code: 'SLUICE_FINGERPRINT_MISMATCH',
      indexed: 'hashed-16-cosine',
    });
    const other = await fitRotation({ embedder: hashedEmbedder(), documents: waters });
    const elsewhere = rotatedEmbedder(hashedEmbedder(), other);
    await expect(openCollection(directory, { embedder: elsewhere })).rejects.toMatchObject({
      code: 'SLUICE_FINGERPRINT_MISMATCH',
    });
  });

  it('leaves an embedder that it was given open', async () => {
    const embedder = hashedEmbedder();
    const collection = await openCollection(await rotated(), { embedder });
    await collection.close();
    expect((await embedder.encodeQueries(['still open'])).rows).toBe(1);
  });

  it('of no documents, or of none with a vector, answers with nothing', async () => {
    const blank: Embedder = {
      ...hashedEmbedder(),
      encodeDocuments: async (documents) => ({
        data: new Float32Array(16 * documents.length),
        rows: documents.length,
        columns: 16,
      }),
    };
    for (const documents of [[], waters]) {
      const directory = await rotated(documents, { embedder: blank });
      const collection = await openCollection(directory, { embedder: hashedEmbedder() });
      expect(await collection.search('river', { pipeline: 'dense' })).toEqual([]);
    }
  });

  it.each([
    { why: 'dimensions without a rotation', options: { rotation: undefined, dimensions: 8 }, path: 'dimensions' },
    { why: 'more dimensions than there are', options: { dimensions: 17 }, path: 'dimensions' },
    { why: 'a rotation that is none', options: { rotation: 'spin' }, path: 'rotation' },
  ])('refuses $why and leaves nothing behind', async ({ options, path }) => {
    const directory = memoryDirectory();
    const work = indexDocuments(many, directory, { embedder: hashedEmbedder(), rotation: 'fit', ...Object(options) });
    await expect(work).rejects.toMatchObject({ code: 'SLUICE_INVALID_OPTIONS', path });
    expect(await directory.list()).toEqual([]);
  });
});
