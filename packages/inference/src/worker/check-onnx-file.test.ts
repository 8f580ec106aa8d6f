import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSluiceError } from '@sluice/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProtobufMessage } from '../graph/protobuf-message.js';
import { checkOnnxFile } from './check-onnx-file.js';

const fixture = fileURLToPath(new URL('../fixtures/tiny-encoder/onnx/model.onnx', import.meta.url));
let folder = '';
let file = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-onnx-'));
  file = join(folder, 'model.onnx');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function modelWith(tensor: ProtobufMessage): Promise<void> {
  const model = new ProtobufMessage().integer(1, 8).bytes(7, new ProtobufMessage().bytes(5, tensor));
  const pieces: Uint8Array[] = [];
  for await (const piece of model.pieces()) pieces.push(piece);
  writeFileSync(file, Buffer.concat(pieces));
}

function stored(entries: Readonly<Record<string, string>>): ProtobufMessage {
  const tensor = new ProtobufMessage().integer(1, 2).integer(2, 1).integer(14, 1);
  for (const [key, value] of Object.entries(entries)) {
    tensor.bytes(13, new ProtobufMessage().text(1, key).text(2, value));
  }
  return tensor;
}

it('accepts sound files', async () => {
  checkOnnxFile(fixture);
  await modelWith(new ProtobufMessage().integer(1, 2).integer(2, 1).bytes(9, new Uint8Array(8)));
  checkOnnxFile(file);
});

describe('weights in another file', () => {
  beforeAll(() => writeFileSync(join(folder, 'weights'), new Uint8Array(16)));

  it('may be in the folder', async () => {
    await modelWith(stored({ location: 'weights', offset: '8', length: '8' }));
    checkOnnxFile(file);
  });

  it.each([
    { why: 'above the folder', entries: { location: '../weights' }, problem: /not in the model's folder/ },
    { why: 'at an absolute path', entries: { location: '/etc/passwd' }, problem: /not in the model's folder/ },
    { why: 'on a drive', entries: { location: 'C:weights' }, problem: /not in the model's folder/ },
    { why: 'behind a backslash', entries: { location: 'a\\..\\..\\weights' }, problem: /not in the model's folder/ },
    { why: 'nowhere', entries: { location: 'others' }, problem: /missing/ },
    { why: 'in a folder', entries: { location: '.' }, problem: /missing/ },
    { why: 'past the end', entries: { location: 'weights', offset: '12', length: '8' }, problem: /past the end/ },
    { why: 'before the beginning', entries: { location: 'weights', offset: '-8' }, problem: /not a place/ },
    { why: 'too few', entries: { location: 'weights', length: '4' }, problem: /4 bytes for a tensor of 8/ },
  ])('may not be $why', async ({ entries, problem }) => {
    await modelWith(stored(entries));
    expect(() => checkOnnxFile(file)).toThrow(problem);
  });
});

it.each([
  { why: 'nothing', bytes: [], problem: /no graph/ },
  { why: 'text', bytes: [...Buffer.from('<html>')], problem: /not a sound ONNX file/ },
  { why: 'a message cut', bytes: [0x3a, 100, 1], problem: /reaches past/ },
  { why: 'an endless number', bytes: Array<number>(20).fill(0xff), problem: /no end/ },
])('refuses $why', ({ bytes, problem }) => {
  writeFileSync(file, Uint8Array.from(bytes));
  expect(() => checkOnnxFile(file)).toThrow(problem);
});

it.each([
  { why: 'too few bytes', tensor: () => new ProtobufMessage().integer(1, 3).integer(2, 1).bytes(9, new Uint8Array(8)) },
  { why: 'a negative axis', tensor: () => new ProtobufMessage().integer(1, -3).integer(2, 1) },
  { why: 'axes beyond every memory', tensor: () => new ProtobufMessage().integer(1, 2 ** 30).integer(1, 2 ** 30) },
])('refuses a tensor with $why', async ({ tensor }) => {
  await modelWith(tensor());
  expect(() => checkOnnxFile(file)).toThrow(expect.objectContaining({ code: 'SLUICE_MODEL_FILE', file }));
});

it('ends with an answer or a typed error, whatever was damaged', () => {
  const sound = readFileSync(fixture);
  const damage = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 4 });
  fc.assert(
    fc.property(damage, fc.nat(sound.length), (flips, length) => {
      const bytes = Uint8Array.from(sound.subarray(0, flips.length % 2 ? sound.length : length));
      for (const [at, value] of flips) if (at < bytes.length) bytes[at] = value;
      writeFileSync(file, bytes);
      try {
        checkOnnxFile(file);
      } catch (error) {
        if (!isSluiceError(error, 'SLUICE_MODEL_FILE')) throw error;
      }
    }),
    { numRuns: 1000 },
  );
});

it('refuses every file that was cut', () => {
  const sound = readFileSync(fixture);
  fc.assert(
    fc.property(fc.nat(sound.length - 1), (length) => {
      writeFileSync(file, sound.subarray(0, length));
      let refused = false;
      try {
        checkOnnxFile(file);
      } catch (error) {
        refused = isSluiceError(error, 'SLUICE_MODEL_FILE');
      }
      // What follows the graph may be missing as a whole: then the rest is a sound message.
      expect(refused || length > sound.length - 64).toBe(true);
    }),
    { numRuns: 300 },
  );
});
