import { fileURLToPath } from 'node:url';
import { memoryDirectory } from '@sluice/files';
import { type Collection, indexDocuments, openCollection, openCrossEncoder, openLateModel } from 'sluice';
import { expect, it } from 'vitest';
import type { RerankerModels } from '../rerankers.js';
import { rememberingModels } from './remembering-models.js';

const fixture = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const documents = [
  { id: 'a', text: 'A weir raises the river.' },
  { id: 'b', title: 'Tides', text: 'The river and the tide.' },
  { id: 'c', text: 'A river of bread.' },
];
const queries = [{ text: 'river' }, { text: 'tide river' }];

async function collectionWith(models: RerankerModels): Promise<Collection> {
  const directory = memoryDirectory();
  await indexDocuments(documents, directory);
  return openCollection(directory, models);
}

/** What both say of the same queries, asked twice, and what each has read. */
async function compared(models: RerankerModels, by: { readonly type: string }, runs: () => number) {
  const spec = { type: 'pipeline', stages: [{ type: 'bm25' }, { type: 'rerank', by, depth: 3 }] };
  const [plain, remembering] = [await collectionWith(models), await collectionWith(rememberingModels(models))];
  const expected = await plain.retrieve(queries, { pipeline: spec });
  const first = await remembering.retrieve(queries, { pipeline: spec });
  const before = runs();
  const second = await remembering.retrieve(queries.toReversed(), { pipeline: spec });
  await Promise.all([plain.close(), remembering.close()]);
  for (const [at, { ids, scores }] of expected.entries()) {
    for (const found of [first[at], second[queries.length - 1 - at]]) {
      expect(found?.ids).toEqual(ids);
      for (const [place, score] of scores.entries()) expect(found?.scores[place]).toBeCloseTo(score, 5);
    }
  }
  return runs() - before;
}

it('a cross-encoder reads no pair twice, and says the same', async () => {
  const opened = await openCrossEncoder(fixture('inference/src/fixtures/cross-encoders/bert'), { threads: 1 });
  let pairs = 0;
  const { model } = opened;
  const counting: typeof model.score = (source, options) => {
    pairs += source.length;
    return model.score(source, options);
  };
  const models = { crossEncoders: [{ ...opened, model: { ...model, score: counting } }], lateModels: [] };
  expect(await compared(models, Object.assign({ type: 'cross-encoder' }, { model: opened.name }), () => pairs)).toBe(0);
  expect(pairs).toBe(2 * queries.length * documents.length);
  await opened.close();
});

it('a late interaction model encodes no text twice, and says the same', async () => {
  const opened = await openLateModel(fixture('embedders/src/multi-vector/fixtures/pylate'), { threads: 1 });
  let texts = 0;
  const { embedder } = opened;
  const { dimensions, similarity, fingerprint, model } = embedder;
  const counting: typeof embedder = {
    ...{ dimensions, similarity, fingerprint, model },
    encodeQueries(asked, options) {
      texts += asked.length;
      return embedder.encodeQueries(asked, options);
    },
    encodeDocuments(asked, options) {
      texts += asked.length;
      return embedder.encodeDocuments(asked, options);
    },
    close: () => embedder.close(),
  };
  const models = { crossEncoders: [], lateModels: [{ ...opened, embedder: counting }] };
  const by = Object.assign({ type: 'late-interaction' }, { model: opened.name });
  expect(await compared(models, by, () => texts)).toBe(0);
  const each = queries.length * documents.length;
  expect(texts).toBe(queries.length + each + queries.length + documents.length);
  await opened.close();
});
