import { fileURLToPath } from 'node:url';
import { type Directory, memoryDirectory } from '@sluice/files';
import { testEmbedder } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { transformerEmbedder } from '../transformer/transformer-embedder.js';
import { type CachedEmbedder, cachedEmbedder } from './cached-embedder.js';

const model = fileURLToPath(new URL('../../../inference/src/fixtures/tiny-encoder', import.meta.url));
const shared = memoryDirectory();

async function open(directory: Directory, dimensions = 16): Promise<CachedEmbedder> {
  return cachedEmbedder(await transformerEmbedder({ model, dimensions }), directory);
}

testEmbedder('cachedEmbedder', () => open(shared), { others: [() => open(shared, 8)] });

const texts = Array.from({ length: 1500 }, (_, at) => `tides ${at}`);

describe('a text that was encoded', () => {
  it('is not encoded again, by the next one either', async () => {
    const directory = memoryDirectory();
    const first = await open(directory);
    const rows = await first.encodeDocuments([...texts, ...texts]);
    expect(first.encoded).toBe(1500);
    await first.close();
    const second = await open(directory);
    expect(await second.encodeDocuments([...texts, ...texts])).toEqual(rows);
    expect(second.encoded).toBe(0);
    await second.close();
  });

  it('is another as a query, under a title, and for another model', async () => {
    const directory = memoryDirectory();
    const embedder = await open(directory);
    await embedder.encodeDocuments(['tides']);
    await embedder.encodeQueries(['tides']);
    await embedder.encodeDocuments([{ title: 'moon', text: 'tides' }]);
    expect(embedder.encoded).toBe(3);
    await embedder.close();
    const narrow = await open(directory, 8);
    await narrow.encodeDocuments(['tides']);
    expect(narrow.encoded).toBe(1);
    await narrow.close();
  });

  it('is kept when later work fails', async () => {
    const directory = memoryDirectory();
    const embedder = await open(directory);
    const stop = new AbortController();
    const cut = embedder.encodeDocuments(texts, {
      signal: stop.signal,
      onProgress: ({ done }) => done >= 1100 && stop.abort(new Error('enough')),
    });
    await expect(cut).rejects.toThrow('enough');
    const next = await open(directory);
    await next.encodeDocuments(texts.slice(0, 1024));
    expect(next.encoded).toBe(0);
    await Promise.all([embedder.close(), next.close()]);
  });
});

it('makes the rows of a damaged file again, and removes it', async () => {
  const directory = memoryDirectory();
  const first = await open(directory);
  const rows = await first.encodeDocuments(texts.slice(0, 10));
  await first.close();
  const [name = ''] = await directory.list();
  await flipByte(directory, name);
  const second = await open(directory);
  expect(await second.encodeDocuments(texts.slice(0, 10))).toEqual(rows);
  expect(second.encoded).toBe(10);
  expect(await directory.list()).not.toContain(name);
  await second.close();
});

async function flipByte(directory: Directory, name: string): Promise<void> {
  const reader = await directory.open(name);
  const bytes = new Uint8Array(reader.size);
  await reader.readInto(bytes, 0);
  await reader.close();
  bytes[200] = (bytes[200] ?? 0) ^ 1;
  await directory.remove(name);
  const writer = await directory.create(name);
  await writer.write(bytes);
  await writer.close();
}
