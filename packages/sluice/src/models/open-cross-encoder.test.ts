import { fileURLToPath } from 'node:url';
import { memoryDirectory } from '@sluice/files';
import { processModels } from '@sluice/inference';
import { afterEach, describe, expect, it } from 'vitest';
import { indexDocuments } from '../collection/index-documents.js';
import { openCollection } from '../collection/open-collection.js';
import { rerankFused } from '../collection/rerank-fused.js';
import { openCrossEncoder } from './open-cross-encoder.js';
import { crossEncodersOf } from './rerankers-of.js';

const folder = fileURLToPath(new URL('../../../inference/src/fixtures/cross-encoders/bert', import.meta.url));
const documents = [
  { id: 'a', text: 'A weir raises the river.' },
  { id: 'b', text: 'The river and the tide.' },
  { id: 'c', text: 'A river of bread.' },
];

afterEach(() => {
  expect(processModels.keys, 'models that are still open').toEqual([]);
});

it('opens a folder, ranks, and closes', async () => {
  const { reranker, name, close } = await openCrossEncoder(folder, { name: 'cross', scores: 'logit', threads: 1 });
  expect(name).toBe(folder);
  expect(reranker.name).toBe('cross');
  const ranked = await reranker.rank('river', ['bread', 'a river'], { topK: 1 });
  expect(ranked).toHaveLength(1);
  await close();
});

it('reads a model that ships as its card says, unless told otherwise', async () => {
  const asItIs = await openCrossEncoder('cross-minilm', { threads: 1 });
  const beginnings = await openCrossEncoder('cross-minilm', { longPassages: 'first', threads: 1 });
  expect(asItIs.weight).toBe(0.4);
  const passages = [`${'Rye bread is dark. '.repeat(80)} A weir raises the river.`, 'Rye bread is dark. '.repeat(80)];
  const [read] = await asItIs.reranker.rank('who raised the river?', passages);
  expect(read?.index).toBe(0);
  const [one, other] = await beginnings.reranker.rank('who raised the river?', passages);
  expect(one?.score).toBe(other?.score);
  await Promise.all([asItIs.close(), beginnings.close()]);
});

it.each(['nope', './org/tiny', 'a/b/c'])('%s is not asked of a hub', async (name) => {
  await expect(openCrossEncoder(name)).rejects.toMatchObject({ code: 'SLUICE_INVALID_INPUT', source: name });
});

it('closes a model that the options do not fit', async () => {
  await expect(openCrossEncoder(folder, { label: 7 })).rejects.toMatchObject({ code: 'SLUICE_INVALID_OPTIONS' });
});

describe('a pipeline that is written down', () => {
  const spec = {
    type: 'pipeline',
    stages: [
      { type: 'bm25' },
      {
        type: 'rerank',
        by: { type: 'stop-early', by: { type: 'cross-encoder', model: folder, scores: 'logit' }, budgetMs: 5000 },
        depth: 50,
      },
    ],
  };

  it('names its cross-encoders', () => {
    expect(crossEncodersOf(spec)).toEqual([{ model: folder }]);
    expect(crossEncodersOf('hybrid')).toEqual([]);
    const twice = [spec, spec, { type: 'cross-encoder', model: 'm', precision: 'int8' }, { type: 'cross-encoder' }];
    expect(crossEncodersOf(twice)).toEqual([{ model: folder }, { model: 'm', precision: 'int8' }]);
  });

  it('is built over those that the collection was opened with, and written again', async () => {
    const directory = memoryDirectory();
    await indexDocuments(documents, directory);
    const opened = await openCrossEncoder(folder, { threads: 1 });
    const collection = await openCollection(directory, { crossEncoders: [opened] });
    const pipeline = collection.pipeline(spec);
    expect(String(pipeline)).toBe(
      'pipeline(bm25, rerank(stopEarly(cross-encoder, confidence: 0.95, budgetMs: 5000), depth: 50))',
    );
    expect(collection.pipeline(pipeline.toSpec()).toSpec()).toEqual(pipeline.toSpec());
    const passages = await collection.search('river', { pipeline });
    expect(passages.map(({ id }) => id).toSorted()).toEqual(['a', 'b', 'c']);
    expect(passages[0]?.scale).toBe('logit');
    expect(passages[0]?.sources['cross-encoder']?.rank).toBe(1);
    await collection.close();
    await opened.close();
  });

  it('may average with the first scores', async () => {
    const directory = memoryDirectory();
    await indexDocuments(documents, directory);
    const opened = await openCrossEncoder(folder, { threads: 1, scores: 'logit' });
    const collection = await openCollection(directory, { crossEncoders: [opened] });
    const fused = rerankFused(collection.pipeline('bm25'), opened.reranker, { weight: 0.4 });
    const built = collection.pipeline(fused.toSpec());
    expect(collection.pipeline(built.toSpec()).toSpec()).toEqual(built.toSpec());
    expect(String(built)).toContain('rerank(interpolate(cross-encoder, weight: 0.4), depth: 50)');
    const search = (pipeline: typeof fused) => collection.search('river', { pipeline });
    expect(await search(collection.pipeline(built.toSpec()))).toEqual(await search(fused));
    await collection.close();
    await opened.close();
  });

  it('is refused where they are not open', async () => {
    const directory = memoryDirectory();
    await indexDocuments(documents, directory);
    const collection = await openCollection(directory);
    expect(() => collection.pipeline(spec)).toThrow(/is not open; open it with openCrossEncoder/);
    await collection.close();
  });
});
