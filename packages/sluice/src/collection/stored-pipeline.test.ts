import { memoryDirectory } from '@sluice/files';
import { expect, it } from 'vitest';
import { indexed, waters } from './indexed.fixture.js';
import { storedPipeline } from './stored-pipeline.js';

it('is the one that the collection was indexed with, though its models are not open', async () => {
  const by = { type: 'cross-encoder', model: 'nowhere' };
  const pipeline = { type: 'pipeline', stages: [{ type: 'bm25' }, { type: 'rerank', by, depth: 5 }] };
  expect(await storedPipeline(await indexed(waters, { pipeline }))).toEqual(pipeline);
});

it('is none where the collection has none', async () => {
  expect(await storedPipeline(await indexed(waters))).toBeUndefined();
});

it('is not found where there is no collection, and ends with the signal', async () => {
  await expect(storedPipeline(memoryDirectory())).rejects.toMatchObject({ code: 'SLUICE_STORE_NOT_FOUND' });
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(storedPipeline(await indexed(waters), { signal })).rejects.toThrow('enough');
});
