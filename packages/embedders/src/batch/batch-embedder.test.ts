import { ClosedError } from '@sluice/inference';
import { expect, it } from 'vitest';
import { type BatchModel, batchEmbedder } from './batch-embedder.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function made(encode: BatchModel['encode'], close: () => Promise<void>): ReturnType<typeof batchEmbedder> {
  return batchEmbedder({
    owner: 'batchEmbedder',
    dimensions: 2,
    similarity: 'cosine',
    fingerprint: 'two',
    prompts: { query: '', document: '' },
    limits: { maxTexts: 1, maxCharacters: 100 },
    concurrency: 2,
    order: 'as given',
    emptyTexts: 'encoded',
    encode,
    close,
  });
}

it('closes while it encodes: the call ends as closed, and the model is freed after its last batch', async () => {
  const seen: string[] = [];
  const embedder = made(
    async ([text = ''], _, signal) => {
      seen.push(`begins ${text}`);
      for (let turns = 0; turns < 1000 && !signal.aborted; turns++) await turn();
      expect(signal.reason).toBeInstanceOf(ClosedError);
      await turn();
      seen.push(`ends ${text}`);
      return Float32Array.of(1, 0);
    },
    async () => {
      seen.push('freed');
    },
  );
  const call = expect(embedder.encodeQueries(['a', 'b', 'c'])).rejects.toMatchObject({ code: 'SLUICE_CLOSED' });
  await turn();
  await Promise.all([embedder.close(), embedder.close()]);
  expect(seen).toEqual(['begins a', 'begins b', 'ends a', 'ends b', 'freed']);
  await call;
  await expect(embedder.encodeDocuments(['d'])).rejects.toMatchObject({ code: 'SLUICE_CLOSED' });
});

it('waits for a batch that does not listen, and keeps the reason of a signal that fired before', async () => {
  const seen: string[] = [];
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const embedder = made(
    async () => {
      await released;
      seen.push('ends');
      return Float32Array.of(1, 0);
    },
    async () => {
      seen.push('freed');
    },
  );
  const [stop, reason] = [new AbortController(), new Error('enough')];
  const call = expect(embedder.encodeQueries(['a'], { signal: stop.signal })).rejects.toBe(reason);
  stop.abort(reason);
  const closing = embedder.close();
  await turn();
  expect(seen).toEqual([]);
  release();
  await Promise.all([closing, call]);
  expect(seen).toEqual(['ends', 'freed']);
});
