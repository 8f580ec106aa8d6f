import { fileURLToPath } from 'node:url';
import { type Matrix, maxSimScale, rowOf, vectorsOf } from '@sluice/core';
import { memoryDirectory } from '@sluice/files';
import { processModels } from '@sluice/inference';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Collection } from '../collection/collection.js';
import { indexDocuments } from '../collection/index-documents.js';
import { openCollection } from '../collection/open-collection.js';
import { type NamedLateModel, openLateModel } from './open-late-model.js';
import { rerankerTypeOf } from './reranker-type-of.js';
import { crossEncodersOf, lateModelsOf } from './rerankers-of.js';

const fixture = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const folder = fixture('embedders/src/multi-vector/fixtures/pylate');
const documents = [
  { id: 'a', text: 'A weir raises the river.' },
  { id: 'b', title: 'Tides', text: 'The river and the tide.' },
  { id: 'c', text: 'A river of bread.' },
  { id: 'd', text: 'Stone walls.' },
];
const byLate = { type: 'late-interaction', model: folder };
const specWith = (by: object) => ({
  type: 'pipeline',
  stages: [{ type: 'bm25' }, { type: 'rerank', by, depth: 50 }],
});

describe('an open model', () => {
  let opened: NamedLateModel;
  let collection: Collection;
  beforeAll(async () => {
    opened = await openLateModel(folder, { threads: 1 });
    const directory = memoryDirectory();
    await indexDocuments(documents, directory);
    collection = await openCollection(directory, { lateModels: [opened] });
  });
  afterAll(async () => {
    await collection.close();
    await opened.close();
    await opened.close();
    expect(processModels.keys, 'models that are still open').toEqual([]);
  });

  it('reranks the texts of the store by MaxSim', async () => {
    const passages = await collection.search('river tide', { pipeline: collection.pipeline(specWith(byLate)) });
    const query = vectorsOf(await opened.embedder.encodeQueries(['river tide']), 0);
    const expected: { readonly id: string; readonly score: number }[] = [];
    for (const { id, title, text } of documents.slice(0, 3)) {
      const vectors = await opened.embedder.encodeDocuments([title === undefined ? text : `${title} ${text}`]);
      expected.push({ id, score: maxSim(query, vectorsOf(vectors, 0)) });
    }
    expected.sort((left, right) => right.score - left.score);
    expect(passages.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    for (const [at, { score, scale, sources }] of passages.entries()) {
      // Float16 moves a product of unit vectors by at most 2 ** -11.
      expect(Math.abs(score - (expected[at]?.score ?? Number.NaN))).toBeLessThan(query.rows * 2 ** -11);
      expect(scale).toBe(maxSimScale.name);
      expect(sources.late?.rank).toBe(at + 1);
    }
  });

  it('is written down again, under the column that was asked for', () => {
    const pipeline = collection.pipeline(specWith({ ...byLate, name: 'colbert' }));
    expect(String(pipeline)).toBe('pipeline(bm25, rerank(colbert, depth: 50))');
    expect(collection.pipeline(pipeline.toSpec()).toSpec()).toEqual(pipeline.toSpec());
    expect(lateModelsOf(pipeline.toSpec())).toEqual([{ model: folder }]);
    expect(opened.reranker.toSpec?.()).toEqual(byLate);
  });

  it.each([
    { why: 'is not open', by: { type: 'late-interaction', model: 'another' }, says: /'another' is not open/ },
    { why: 'has other weights', by: { ...byLate, precision: 'int8' }, says: /is not open; open it with openLateModel/ },
    { why: 'has options of another', by: { ...byLate, label: 1 }, says: /label/ },
  ])('is refused where it $why', ({ by, says }) => {
    expect(() => collection.pipeline(specWith(by))).toThrow(says);
  });
});

it('names its models, each kind apart', () => {
  const both = [specWith({ ...byLate, precision: 'int8' }), specWith(byLate), { type: 'cross-encoder', model: 'm' }];
  expect(lateModelsOf(both)).toEqual([{ model: folder, precision: 'int8' }, { model: folder }]);
  expect(crossEncodersOf(both)).toEqual([{ model: 'm' }]);
});

it.each([
  ['cross-minilm', 'cross-encoder'],
  [fixture('inference/src/fixtures/cross-encoders/bert'), 'cross-encoder'],
  ...['native', 'pylate', 'stanford'].map((name) => [
    fixture(`embedders/src/multi-vector/fixtures/${name}`),
    'late-interaction',
  ]),
  // Refused by name when it is opened.
  [fixture('inference/src/fixtures/families/bert'), 'cross-encoder'],
  ['nowhere', 'cross-encoder'],
])('%s is opened as a %s', async (name, type) => {
  expect(await rerankerTypeOf(name)).toBe(type);
});

it('refuses a folder that is another kind of model, and options that are none', async () => {
  const pooled = fixture('inference/src/fixtures/families/bert');
  await expect(openLateModel(pooled)).rejects.toMatchObject({ code: 'SLUICE_MODEL_FILE' });
  await expect(openLateModel(folder, { threads: 0.5 })).rejects.toMatchObject({ code: 'SLUICE_INVALID_OPTIONS' });
});

function maxSim(query: Matrix, document: Matrix): number {
  let sum = 0;
  for (let token = 0; token < query.rows; token++) {
    const products = Array.from({ length: document.rows }, (_, row) =>
      rowOf(query, token).reduce((dot, value, column) => dot + value * (rowOf(document, row)[column] ?? 0), 0),
    );
    sum += Math.max(...products);
  }
  return sum;
}
