import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memoryDirectory } from '@sluice/files';
import { processModels } from '@sluice/inference';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMIT, filesAsked, type LocalHub, localHub } from '../../../inference/src/hub/local-hub.fixture.js';
import { indexDocuments } from '../collection/index-documents.js';
import { openCollection } from '../collection/open-collection.js';
import { openModel } from './open-model.js';
import { shippedModels } from './shipped-models.js';

const TINY = fileURLToPath(new URL('../../../inference/src/fixtures/tiny-encoder', import.meta.url));

let hub: LocalHub;
let cache = '';

beforeAll(async () => {
  hub = await localHub();
  cache = await mkdtemp(join(tmpdir(), 'sluice-models-'));
  const folder = fileURLToPath(await shippedModels[0].folder());
  for (const name of ['config.json', 'vocab.txt', 'model.safetensors', 'README.md']) {
    hub.files.set(name, await readFile(join(folder, name)));
  }
  hub.large.add('model.safetensors');
});
afterAll(async () => {
  await hub.close();
  await rm(cache, { recursive: true });
});

describe('a model at a hub', () => {
  it('is fetched once, and is the same as from its folder', async () => {
    const source = { cache, endpoint: hub.endpoint };
    const phases = new Set<string>();
    const call = { onProgress: ({ phase }: { phase: string }) => phases.add(phase) };
    const model = await openModel('org/tiny', { hub: source }, call);
    const shipped = await openModel('static');
    expect(model.name).toBe(`org/tiny@${COMMIT}`);
    expect(model.embedder.fingerprint).toBe(shipped.embedder.fingerprint);
    expect([...phases]).toEqual(['downloading']);
    expect(filesAsked(hub).sort()).toEqual(['config.json', 'model.safetensors', 'vocab.txt']);
    const asked = hub.asked.length;
    const again = await openModel('org/tiny', { hub: source });
    expect(again.name).toBe(model.name);
    expect(hub.asked).toHaveLength(asked);
    for (const each of [model, shipped, again]) await each.close();
  });

  it('is named with its commit by a collection, which fetches it where it is not', async () => {
    const source = { cache, endpoint: hub.endpoint };
    const { embedder, name } = await openModel('org/tiny', { hub: source });
    const directory = memoryDirectory();
    const documents = [{ id: 'a', text: 'A weir raises the river.' }];
    await indexDocuments(documents, directory, { embedder, model: { name } });
    const elsewhere = join(cache, 'elsewhere');
    const collection = await openCollection(directory, { hub: { ...source, cache: elsewhere } });
    const [found] = await collection.search('river', { pipeline: 'dense' });
    expect(found?.id).toBe('a');
    expect(await readdir(elsewhere)).toEqual(['org--tiny']);
    await collection.close();
  });

  it('says that it is not in the cache where downloads are off', async () => {
    const source = { cache: join(cache, 'empty'), source: 'cache only' as const };
    await expect(openModel('org/tiny', { hub: source })).rejects.toMatchObject({ code: 'SLUICE_MODEL_NOT_CACHED' });
  });
});

it('closes a transformer whose cache cannot be opened', async () => {
  const file = join(cache, 'no-folder');
  await writeFile(file, '');
  await expect(openModel(TINY, { cache: file })).rejects.toThrow();
  expect(processModels.keys).toEqual([]);
});

it.each(['nope', './org/tiny', '/org/tiny', 'a/b/c'])('%s is not asked of a hub', async (name) => {
  await expect(openModel(name, { hub: { endpoint: hub.endpoint, cache } })).rejects.toMatchObject({
    code: 'SLUICE_INVALID_INPUT',
    source: name,
  });
});
