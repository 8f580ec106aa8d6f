import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inlineModelFiles } from './inline-model-files.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-inline-'));
  await writeFile(join(folder, 'model.json'), '{"weights":[1]}');
  await writeFile(join(folder, 'broken.json'), '{');
});
afterAll(() => rm(folder, { recursive: true }));

it('puts a model in the place of its file, however deep, and leaves the rest', async () => {
  const spec = {
    type: 'pipeline',
    stages: [
      { type: 'bm25', file: 'model.json' },
      { type: 'relevance', by: { type: 'listAdapter', file: 'model.json', minKeep: 1 } },
      7,
    ],
  };
  expect(await inlineModelFiles(spec, join(folder, 'pipeline.yaml'))).toEqual({
    type: 'pipeline',
    stages: [
      { type: 'bm25', file: 'model.json' },
      { type: 'relevance', by: { type: 'listAdapter', model: { weights: [1] }, minKeep: 1 } },
      7,
    ],
  });
});

it.each(['missing.json', 'broken.json'])('names a file that cannot be read: %s', async (file) => {
  const made = inlineModelFiles({ type: 'cosineAdapter', file }, join(folder, 'pipeline.yaml'));
  await expect(made).rejects.toMatchObject({ code: 'SLUICE_INVALID_INPUT', source: join(folder, file) });
});
