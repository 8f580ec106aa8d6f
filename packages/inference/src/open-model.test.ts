import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readModelFolder } from './folder/model-folder.js';
import { ModelRegistry } from './model-registry.js';
import { openModel } from './open-model.js';

const fixture = fileURLToPath(new URL('./fixtures/tiny-encoder', import.meta.url));
const settings = { workers: 2, isolation: 'thread', threads: 1, maxBatchTokens: 64, maxQueuedCalls: 10 } as const;

it('ends the workers of a model that cannot be hashed', async () => {
  // Every thread is guarded by the one listener, until it has ended.
  const guards = process.listenerCount('exit');
  const opening = openModel({ ...settings, model: fixture }, new ModelRegistry(), async (model) => {
    const { modules, ...folder } = await readModelFolder(model, 'float32');
    const weightsFile = join(model, 'nowhere.onnx');
    return { folder: { ...folder, weightsFile, graphFile: folder.weightsFile }, head: { kind: 'pooled', ...modules } };
  });
  await expect(opening).rejects.toMatchObject({ code: 'SLUICE_MODEL_FILE', file: join(fixture, 'nowhere.onnx') });
  expect(process.listenerCount('exit')).toBe(guards);
});
