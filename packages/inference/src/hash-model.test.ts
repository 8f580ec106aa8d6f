import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readModelFolder } from './folder/model-folder.js';
import { ProtobufMessage } from './graph/protobuf-message.js';
import { writeWhole } from './graph/write-whole.js';
import { hashModel } from './hash-model.js';

const fixture = fileURLToPath(new URL('./fixtures/tiny-encoder', import.meta.url));
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-hash-'));
  await cp(fixture, folder, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

/** 16 bytes of weights in two other files. */
function graph(): ProtobufMessage {
  const message = new ProtobufMessage();
  for (const location of ['model.onnx_data', 'model.onnx_data_1']) {
    const entry = new ProtobufMessage().text(1, 'location').text(2, location);
    message.bytes(5, new ProtobufMessage().integer(1, 2).integer(2, 1).integer(14, 1).bytes(13, entry));
  }
  return new ProtobufMessage().integer(1, 8).bytes(7, message);
}

async function hashOf(model: string): Promise<string> {
  const { modules, ...read } = await readModelFolder(model, 'float32');
  return hashModel({ folder: read, head: { kind: 'pooled', ...modules } });
}

it('tells models apart whose weights differ in a file beside the graph', async () => {
  await rm(join(folder, 'onnx/model.onnx'));
  await writeWhole(graph(), { target: join(folder, 'onnx/model.onnx') });
  const write = (name: string, first: number): Promise<void> =>
    writeFile(join(folder, 'onnx', name), Uint8Array.of(first, 0, 0, 0, 0, 0, 0, 0));
  await write('model.onnx_data', 0);
  await write('model.onnx_data_1', 0);
  const hash = await hashOf(folder);
  for (const name of ['model.onnx_data', 'model.onnx_data_1']) {
    await write(name, 1);
    expect(await hashOf(folder)).not.toBe(hash);
    await write(name, 0);
    expect(await hashOf(folder)).toBe(hash);
  }
});
