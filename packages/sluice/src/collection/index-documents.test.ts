import type { Document, Embedder, Progress, StageSpec } from '@sluice/core';
import { memoryDirectory } from '@sluice/files';
import { loadAutoIndex } from '@sluice/retrievers';
import { openStore } from '@sluice/store';
import { hashedEmbedder } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { indexDocuments } from './index-documents.js';
import { indexed, waters } from './indexed.fixture.js';
import { openCollection } from './open-collection.js';

/** Knows no word of a text about the xebec: its row is all zeros, as a static model's is. */
function forgetful(): Embedder {
  const embedder = hashedEmbedder();
  return {
    ...embedder,
    async encodeDocuments(documents, options) {
      const matrix = await embedder.encodeDocuments(documents, options);
      for (const [row, document] of documents.entries()) {
        const text = typeof document === 'string' ? document : document.text;
        if (text.includes('xebec')) matrix.data.fill(0, row * matrix.columns, (row + 1) * matrix.columns);
      }
      return matrix;
    },
  };
}

const written = (type: string, recall: number): StageSpec => ({ type, recall });

describe('indexDocuments', () => {
  it('commits once, counts documents and vectors, and reports progress', async () => {
    const directory = memoryDirectory();
    const seen: Progress[] = [];
    const options = { embedder: hashedEmbedder(), batch: 3, onProgress: (progress: Progress) => seen.push(progress) };
    expect(await indexDocuments(waters, directory, options)).toEqual({ documents: 4, vectors: 4, generation: 1 });
    expect(seen.map(({ phase, done }) => `${phase} ${done}`)).toEqual([
      'indexing 1',
      'indexing 2',
      'indexing 3',
      'indexing 4',
    ]);
  });

  it('finds a document without a vector by its words only', async () => {
    const directory = memoryDirectory();
    const embedder = forgetful();
    const documents = [...waters, { id: 'x', text: 'xebec sails on the river' }];
    expect(await indexDocuments(documents, directory, { embedder, batch: 2 })).toMatchObject({
      documents: 5,
      vectors: 4,
    });
    const collection = await openCollection(directory, { embedder });
    const idsOf = async (name: string) =>
      (await collection.search('xebec river', { pipeline: name })).map(({ id }) => id);
    expect(await idsOf('dense')).not.toContain('x');
    expect((await idsOf('bm25'))[0]).toBe('x');
    expect(await idsOf('hybrid')).toContain('x');
  });

  it.each<{ why: string; documents: Document[] }>([
    { why: 'an id twice', documents: [...waters, { id: 'dam', text: 'again' }] },
    { why: 'an empty id', documents: [...waters, { id: '', text: 'nobody' }] },
  ])('refuses $why and leaves nothing behind', async ({ documents }) => {
    const directory = memoryDirectory();
    const work = indexDocuments(documents, directory, { embedder: hashedEmbedder(), batch: 2 });
    await expect(work).rejects.toMatchObject({ code: 'SLUICE_INVALID_INPUT' });
    expect(await directory.list()).toEqual([]);
    expect(await indexDocuments(waters, directory)).toMatchObject({ generation: 1 });
  });

  it('stops at the signal and leaves nothing behind', async () => {
    const directory = memoryDirectory();
    const abort = new AbortController();
    const onProgress = () => abort.abort(new Error('enough'));
    const work = indexDocuments(waters, directory, { batch: 1, signal: abort.signal, onProgress });
    await expect(work).rejects.toThrow('enough');
    expect(await directory.list()).toEqual([]);
  });

  it('passes on the failure of the source and of the embedder', async () => {
    async function* failing(): AsyncGenerator<Document> {
      yield* waters;
      throw new Error('the disk fell out');
    }
    const directory = memoryDirectory();
    await expect(indexDocuments(failing(), directory)).rejects.toThrow('the disk fell out');
    const embedder = { ...hashedEmbedder(), encodeDocuments: () => Promise.reject(new Error('no memory')) };
    await expect(indexDocuments(waters, directory, { embedder })).rejects.toThrow('no memory');
    expect(await directory.list()).toEqual([]);
  });

  it('is a graph when there are many, that finds what is asked for, loaded from its file', async () => {
    const dimensions = 1024;
    const embedder = hashedEmbedder({ dimensions });
    const documents = Array.from({ length: 2100 }, (_, at) => ({
      id: `d${at}`,
      text: `boat ${at % 300} lies in lock ${at % 7} on canal ${at % 31}`,
    }));
    const directory = memoryDirectory();
    await indexDocuments(documents, directory, { embedder, dense: { recall: 0.9 } });
    const segment = (await openStore(directory)).segments[0];
    const saved = await segment?.open('dense', { fingerprint: embedder.fingerprint });
    if (!saved) throw new Error('no dense part');
    expect(loadAutoIndex(saved).explain()).toMatchObject({ index: 'hnsw', recall: 0.9, size: documents.length });
    const collection = await openCollection(directory, { embedder });
    const queries = documents.slice(0, 40).map(({ text }) => ({ text }));
    const [all, most] = await Promise.all(
      [1, 0.9].map((recall) => collection.retrieve(queries, { pipeline: written('dense', recall) })),
    );
    const shared = queries.map((_, at) => {
      const worst = all?.[at]?.scores.at(-1) ?? 0;
      return [...(most?.[at]?.scores ?? [])].filter((score) => score >= worst - 1e-4).length / 10;
    });
    expect(shared.reduce((sum, share) => sum + share, 0) / shared.length).toBeGreaterThanOrEqual(0.9);
    expect(collection.pipeline(written('hybrid', 0.99)).toString()).toContain('dense');
    await collection.close();
  });

  it('refuses options before it begins', async () => {
    const directory = memoryDirectory();
    await expect(indexDocuments(waters, directory, { batch: 0 })).rejects.toMatchObject({ path: 'batch' });
    await expect(indexDocuments(waters, directory, { bm25: { b: 2 } })).rejects.toMatchObject({ path: 'bm25.b' });
    const recall = indexDocuments(waters, directory, { dense: { recall: 2 } });
    await expect(recall).rejects.toMatchObject({ path: 'dense.recall' });
    expect(await directory.list()).toEqual([]);
  });
});

it('refuses to index where a collection is, and leaves it as it was', async () => {
  const directory = await indexed(waters);
  await expect(indexDocuments([{ id: 'new', text: 'new' }], directory)).rejects.toMatchObject({
    code: 'SLUICE_COLLECTION_EXISTS',
    documents: waters.length,
  });
  const collection = await openCollection(directory, { embedder: hashedEmbedder() });
  expect(collection.size).toBe(waters.length);
  await collection.close();
});
