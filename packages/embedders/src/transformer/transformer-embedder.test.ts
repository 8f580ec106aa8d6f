import { fileURLToPath } from 'node:url';
import { ModelRegistry, type OpenModel } from '@sluice/inference';
import { testEmbedder } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { type TransformerEmbedderOptions, transformerEmbedder } from './transformer-embedder.js';

const model = fileURLToPath(new URL('../../../inference/src/fixtures/tiny-encoder', import.meta.url));
const make = (options: Partial<TransformerEmbedderOptions> = {}) => transformerEmbedder({ model, ...options });

testEmbedder('transformerEmbedder', () => make(), {
  others: [() => make({ dimensions: 8 }), () => make({ queryPrompt: '' }), () => make({ documentPrompt: 'passage: ' })],
});

describe('prompts', () => {
  it('are the folder’s, or those that are given, before the title', async () => {
    const embedder = await make();
    const plain = await make({ queryPrompt: '', documentPrompt: 'the: ' });
    expect(await embedder.encodeQueries(['tides'])).toEqual(await plain.encodeQueries(['what: tides']));
    expect(await plain.encodeDocuments([{ title: 'moon', text: 'tides' }])).toEqual(
      await embedder.encodeDocuments(['the: moon tides']),
    );
    await Promise.all([embedder.close(), plain.close()]);
  });
});

it('tells its progress in documents', async () => {
  const embedder = await make({ maxBatchTokens: 16 });
  const done: number[] = [];
  const documents = Array.from({ length: 70 }, () => 'the tides of the moon');
  await embedder.encodeDocuments(documents, {
    onProgress: (progress) => {
      expect(progress).toMatchObject({ phase: 'encoding', unit: 'documents', total: 70 });
      done.push(progress.done);
    },
  });
  expect(done.length).toBeGreaterThan(10);
  expect(done.at(-1)).toBe(70);
  await embedder.close();
});

it('refuses what is no text, and names the row', async () => {
  const embedder = await make();
  const texts: readonly string[] = JSON.parse('["tides", null]');
  await expect(embedder.encodeQueries(texts)).rejects.toMatchObject({ code: 'SLUICE_INVALID_INPUT', row: 1 });
  await embedder.close();
});

it('refuses more dimensions than the model has, and leaves nothing open', async () => {
  const registry = new ModelRegistry<OpenModel>();
  await expect(transformerEmbedder({ model, dimensions: 17 }, registry)).rejects.toMatchObject({ path: 'dimensions' });
  expect(registry.keys).toEqual([]);
});
