import { fileURLToPath } from 'node:url';
import type { Progress } from '@sluice/core';
import { memoryDirectory } from '@sluice/files';
import { hashedEmbedder, smallCorpus } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openSpladeModel, type SpladeModel } from '../models/open-splade-model.js';
import { explainDocuments, explainSources } from './explain-sources.js';
import { indexDocuments, type SparseModelReference } from './index-documents.js';
import { openCollection } from './open-collection.js';

const folder = fileURLToPath(new URL('../../../embedders/src/sparse/fixtures/splade', import.meta.url));
const queries = ['the moon', 'bread', 'violin'].map((text) => ({ text }));

let model: SpladeModel;

beforeAll(async () => {
  model = await openSpladeModel(folder);
});

afterAll(() => model.close());

describe('a collection with sparse vectors', () => {
  it('finds by the inner product of query and document, and opens the model by its name', async () => {
    const directory = memoryDirectory();
    await indexDocuments(smallCorpus, directory, { sparse: model, batch: 3 });
    const collection = await openCollection(directory);
    try {
      expect(collection.pipelines).toEqual(['bm25', 'splade', 'lexical']);
      const found = await collection.retrieve(queries, { pipeline: 'splade', topK: smallCorpus.length });
      expect(found[0]?.ids.length).toBeGreaterThan(0);
      const asked = await model.embedder.encodeQueries(queries.map(({ text }) => text));
      const documents = await model.embedder.encodeDocuments(smallCorpus);
      // Impacts are multiples of a 255th of the largest.
      const rounding = (0.5001 * Math.max(...documents.values)) / 255;
      const place = new Map(smallCorpus.map(({ id }, row) => [id, row]));
      for (const [row, { ids, scores }] of found.entries()) {
        for (const [rank, id] of ids.entries()) {
          const expected = product(asked, row, documents, place.get(id) ?? -1);
          expect(Math.abs((scores[rank] ?? 0) - expected)).toBeLessThanOrEqual(rounding * mass(asked, row));
        }
      }
      const lexical = await collection.retrieve(queries, { pipeline: 'lexical', topK: 3 });
      expect(lexical[0]?.sources).toMatchObject({ bm25: expect.anything(), splade: expect.anything() });
      const standard = await collection.retrieve(queries, { topK: 3 });
      expect(standard.map(({ ids, scores }) => ({ ids, scores }))).toEqual(
        lexical.map(({ ids, scores }) => ({ ids, scores })),
      );
    } finally {
      await collection.close();
    }
  });

  it('searches with what it was indexed with, unless it says otherwise', async () => {
    const sparse = { name: '', embedder: model.embedder };
    const embedder = hashedEmbedder();
    for (const [options, name] of [
      [{ sparse }, 'lexical'],
      [{ sparse, embedder }, 'hybrid'],
      [{ sparse, pipeline: { type: 'bm25' } }, 'bm25'],
      [{}, 'bm25'],
    ] as const) {
      const directory = memoryDirectory();
      await indexDocuments(smallCorpus, directory, options);
      const collection = await openCollection(directory, { embedder, sparseEmbedder: model.embedder });
      expect(collection.pipeline().name).toBe(name);
      await collection.close();
    }
  });

  it('tells, document by document, how far encoding is', async () => {
    const told: number[] = [];
    const onProgress = ({ phase, done }: Progress): void => {
      if (phase === 'indexing') told.push(done);
    };
    await indexDocuments(smallCorpus, memoryDirectory(), { sparse: oneByOne(model), batch: 4, onProgress });
    expect(told).toEqual(Array.from(smallCorpus, (_, at) => at + 1));
  });

  it('explains several documents with one encoding of the query, by the texts of terms', async () => {
    const directory = memoryDirectory();
    await indexDocuments(smallCorpus, directory, { sparse: { name: '', embedder: model.embedder } });
    const encode = vi.spyOn(model.embedder, 'encodeQueries');
    const decode = vi.spyOn(model.embedder, 'decode');
    const collection = await openCollection(directory, { sparseEmbedder: model.embedder });
    try {
      const [found] = await collection.retrieve(queries, { pipeline: 'lexical', topK: 4 });
      const ordinals = [...(found?.ordinals ?? [])];
      expect(ordinals.length).toBeGreaterThan(1);
      const pipeline = collection.pipeline('lexical');
      const query = { text: 'the moon' };
      encode.mockClear();
      const together = await explainDocuments(pipeline, query, ordinals);
      expect([encode.mock.calls.length, decode.mock.calls.length]).toEqual([1, 1]);
      const alone = await Promise.all(ordinals.map((ordinal) => explainSources(pipeline, query, ordinal)));
      expect(together).toEqual(alone);
      const terms = together.flat().flatMap(({ source, terms }) => (source === 'splade' ? terms : []));
      expect(terms.map(({ term }) => term)).toContain('moon');
    } finally {
      vi.restoreAllMocks();
      await collection.close();
    }
  });

  it('takes its pipelines written down, pruned queries among them', async () => {
    const directory = memoryDirectory();
    await indexDocuments(smallCorpus, directory, { sparse: { name: '', embedder: model.embedder } });
    const collection = await openCollection(directory, { sparseEmbedder: model.embedder });
    try {
      const spec = { type: 'splade', queryPruning: { terms: 1 } };
      const [pruned] = await collection.retrieve(queries, { pipeline: spec, topK: 3 });
      const [whole] = await collection.retrieve(queries, { pipeline: 'splade', topK: 3 });
      expect(pruned?.scores[0]).toBeLessThan(whole?.scores[0] ?? 0);
    } finally {
      await collection.close();
    }
  });

  it('refuses another model, a pipeline that it lacks, and a model that it cannot open', async () => {
    const directory = memoryDirectory();
    await indexDocuments(smallCorpus, directory, { sparse: { name: '', embedder: model.embedder } });
    const other = { ...model.embedder, fingerprint: 'other' };
    await expect(openCollection(directory, { sparseEmbedder: other })).rejects.toMatchObject({
      code: 'SLUICE_FINGERPRINT_MISMATCH',
    });
    const collection = await openCollection(directory);
    for (const options of [{ pipeline: 'splade' }, {}]) {
      await expect(collection.retrieve(queries, options)).rejects.toMatchObject({
        code: 'SLUICE_INVALID_OPTIONS',
        message: expect.stringMatching(/hand it in, or search with bm25/),
      });
    }
    expect(await collection.retrieve(queries, { pipeline: 'bm25' })).toHaveLength(queries.length);
    await collection.close();
    const plain = memoryDirectory();
    await indexDocuments(smallCorpus, plain);
    const without = await openCollection(plain);
    expect(() => without.pipeline({ type: 'splade' })).toThrow(/without sparse vectors/);
    await without.close();
  });
});

it.each([
  { name: 'static', options: {}, path: 'name' },
  { name: 'matryoshka-minilm', options: { precision: 'float32' as const }, path: 'precision' },
])('refuses $name with $options', async ({ name, options, path }) => {
  await expect(openSpladeModel(name, options)).rejects.toMatchObject({
    code: 'SLUICE_INVALID_OPTIONS',
    issues: [expect.objectContaining({ path })],
  });
});

/** The model, with progress after each document. */
function oneByOne({ name, embedder }: SpladeModel): SparseModelReference {
  return {
    name,
    embedder: {
      ...embedder,
      fingerprint: embedder.fingerprint,
      vocabularySize: embedder.vocabularySize,
      encodeQueries: (texts, options) => embedder.encodeQueries(texts, options),
      async encodeDocuments(documents, options) {
        const rows = await embedder.encodeDocuments(documents);
        for (const [at] of documents.entries())
          options?.onProgress?.({ phase: 'encoding', done: at + 1, unit: 'documents' });
        return rows;
      },
    },
  };
}

type Rows = Awaited<ReturnType<SpladeModel['embedder']['encodeQueries']>>;

function product(left: Rows, leftRow: number, right: Rows, rightRow: number): number {
  const weights = new Map(entries(right, rightRow));
  return entries(left, leftRow).reduce((sum, [term, weight]) => sum + weight * (weights.get(term) ?? 0), 0);
}

function mass(rows: Rows, row: number): number {
  return entries(rows, row).reduce((sum, [, weight]) => sum + weight, 0);
}

function entries({ offsets, indices, values }: Rows, row: number): [number, number][] {
  const [start = 0, end = 0] = [offsets[row], offsets[row + 1]];
  return Array.from(indices.subarray(start, end), (term, at) => [term, values[start + at] ?? 0]);
}
