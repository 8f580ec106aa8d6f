import { appendFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformerEmbedder } from '@sluice/embedders';
import { testEmbedder } from '@sluice/testing';
import { expect, it, vi } from 'vitest';
import { ProtobufMessage } from '../../../packages/inference/src/graph/protobuf-message.js';
import { describeWithShared } from '../../../test/shared.js';
import { expectGolden, expectSameRows, GOLDEN_MS, texts } from './parity.fixture.js';
import { type TransformersJsEmbedderOptions, transformersJsEmbedder } from './transformers-js-embedder.js';

const model = fileURLToPath(new URL('../../../packages/inference/src/fixtures/tiny-encoder', import.meta.url));
const make = (options: Partial<TransformersJsEmbedderOptions> = {}) => transformersJsEmbedder({ model, ...options });

testEmbedder('transformersJsEmbedder', () => make({ maxTexts: 3 }), {
  others: [() => make({ dimensions: 8 }), () => make({ queryPrompt: '' }), () => make({ documentPrompt: 'passage: ' })],
});

it('gives the rows of transformerEmbedder, prompts and cut texts included', async () => {
  const [ours, theirs] = [await transformerEmbedder({ model }), await make({ threads: 1 })];
  expectSameRows(await theirs.encodeQueries(texts), await ours.encodeQueries(texts), 1e-5);
  expectSameRows(await theirs.encodeDocuments(texts), await ours.encodeDocuments(texts), 1e-5);
  await Promise.all([ours.close(), theirs.close()]);
});

it('takes the library, and refuses what is none', async () => {
  const library = await import('@huggingface/transformers');
  const embedder = await make({ library });
  expect(await embedder.encodeQueries(['tides'])).toMatchObject({ rows: 1, columns: 16 });
  await embedder.close();
  await expect(make({ library: {} })).rejects.toMatchObject({ code: 'SLUICE_INVALID_OPTIONS', path: 'library' });
});

it('changes no setting of the library, and reads no other place than the folder', async () => {
  const { env } = await import('@huggingface/transformers');
  const before = { ...env };
  await expect(make({ model: `${model}/onnx` })).rejects.toMatchObject({ code: 'SLUICE_MODEL_FILE' });
  await expect(make({ model: 'org/name' })).rejects.toMatchObject({ code: 'SLUICE_MODEL_FILE', file: 'org/name' });
  expect({ ...env }).toEqual(before);
});

it('tells models apart whose weights differ in a file beside the graph', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-beside-'));
  await cp(model, folder, { recursive: true });
  // Messages that follow one another are one: the graph has a further weight.
  const place = new ProtobufMessage().text(1, 'location').text(2, 'beside');
  const weight = new ProtobufMessage().integer(1, 2).integer(2, 1).text(8, 'further').bytes(13, place).integer(14, 1);
  const graph = new ProtobufMessage().bytes(7, new ProtobufMessage().bytes(5, weight));
  for await (const piece of graph.pieces()) await appendFile(join(folder, 'onnx/model.onnx'), piece);
  const fingerprints: string[] = [];
  for (const first of [0, 1, 0]) {
    await writeFile(join(folder, 'onnx/beside'), Uint8Array.of(first, 0, 0, 0, 0, 0, 0, 0));
    const embedder = await make({ model: folder });
    fingerprints.push(embedder.fingerprint);
    await embedder.close();
  }
  await rm(folder, { recursive: true });
  expect(fingerprints[1]).not.toBe(fingerprints[0]);
  expect(fingerprints[2]).toBe(fingerprints[0]);
});

it('refuses more dimensions than the model has', async () => {
  await expect(make({ dimensions: 17 })).rejects.toMatchObject({ code: 'SLUICE_INVALID_OPTIONS', path: 'dimensions' });
});

describeWithShared('transformersJsEmbedder over all-MiniLM-L6-v2', (shared) => {
  it(
    'gives 175 of 175 embeddings of sentence-transformers to 1e-5',
    async () => {
      const embedder = await transformersJsEmbedder({ model: `${shared}/models/all-MiniLM-L6-v2`, threads: 1 });
      await expectGolden(embedder, shared);
      await embedder.close();
    },
    GOLDEN_MS,
  );
});

it('says how to get the library where it is not', async () => {
  vi.doMock('@huggingface/transformers', () => {
    throw new Error('not installed');
  });
  await expect(make()).rejects.toMatchObject({ code: 'SLUICE_MISSING_PEER', peer: '@huggingface/transformers' });
  vi.doUnmock('@huggingface/transformers');
});
