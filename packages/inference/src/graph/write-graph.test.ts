import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSluiceError } from '@sluice/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkOnnxFile } from '../worker/check-onnx-file.js';
import { writeGraph } from './write-graph.js';

const fixture = fileURLToPath(new URL('../fixtures/families/bert', import.meta.url));
let folder = '';
let weights = '';
let target = '';
let soundWeights = new Uint8Array(0);
let soundConfig: Record<string, unknown> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-write-'));
  weights = join(folder, 'model.safetensors');
  target = join(folder, 'graph.onnx');
  await cp(fixture, folder, { recursive: true });
  soundWeights = await readFile(weights);
  soundConfig = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
});
afterAll(() => rm(folder, { recursive: true }));

function headerEnd(): number {
  return 8 + Number(new DataView(soundWeights.buffer, soundWeights.byteOffset).getBigUint64(0, true));
}

/** Writes the graph; a graph that is written must be sound. */
async function attempt(bytes: Uint8Array, config: unknown): Promise<'written' | 'refused'> {
  await writeFile(weights, bytes);
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  await rm(target, { force: true });
  try {
    await writeGraph({ weights, precision: 'float32', target });
  } catch (error) {
    if (isSluiceError(error, 'SLUICE_MODEL_FILE')) return 'refused';
    throw error;
  }
  checkOnnxFile(target);
  return 'written';
}

it('writes a sound graph from sound files', async () => {
  expect(await attempt(soundWeights, soundConfig)).toBe('written');
});

describe('refuses a configuration', () => {
  it.each([
    { model_type: 'gpt2' },
    { model_type: 'toString' },
    { num_attention_heads: 5 },
    { hidden_size: 2 ** 40 },
    { hidden_size: 32 },
    { hidden_size: 0 },
    { num_hidden_layers: 3 },
    { num_hidden_layers: 1e9 },
    { vocab_size: 1e300 },
    { intermediate_size: -1 },
    { max_position_embeddings: 3.5 },
    { layer_norm_eps: 0 },
    { hidden_act: 'swish' },
    { position_embedding_type: 'relative_key' },
    { is_decoder: true },
  ])('%j', async (changed) => {
    expect(await attempt(soundWeights, { ...soundConfig, ...changed })).toBe('refused');
  });
});

it('refuses numbers that are not finite', async () => {
  const bytes = Uint8Array.from(soundWeights);
  for (let at = headerEnd(); at < bytes.length; at += 4) bytes.set([0, 0, 0xc0, 0x7f], at);
  expect(await attempt(bytes, soundConfig)).toBe('refused');
});

it('writes a sound graph or refuses, whatever was damaged', { timeout: 120_000 }, async () => {
  const place = fc.oneof(fc.nat(7), fc.nat(headerEnd()), fc.nat(soundWeights.length - 1));
  const flips = fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 3 });
  const length = fc.oneof(fc.constant(soundWeights.length), fc.nat(soundWeights.length));
  await fc.assert(
    fc.asyncProperty(flips, length, async (changes, kept) => {
      const bytes = Uint8Array.from(soundWeights.subarray(0, kept));
      for (const [at, value] of changes) if (at < kept) bytes[at] = value;
      await attempt(bytes, soundConfig);
    }),
    { numRuns: 150 },
  );
});

it('writes a sound graph or refuses, whatever the configuration says', { timeout: 120_000 }, async () => {
  const anything = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, 1, 2, 4, 8, 16, 32), fc.jsonValue());
  const changed = fc.dictionary(fc.constantFrom(...Object.keys(soundConfig)), anything, { minKeys: 1, maxKeys: 2 });
  await fc.assert(
    fc.asyncProperty(changed, async (changes) => {
      await attempt(soundWeights, { ...soundConfig, ...changes });
    }),
    { numRuns: 150 },
  );
});

it('refuses any header that is not one', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.nat(64), async (value, rest) => {
      const json = new TextEncoder().encode(JSON.stringify(value));
      const bytes = new Uint8Array(8 + json.length + rest);
      new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
      bytes.set(json, 8);
      expect(await attempt(bytes, soundConfig)).toBe('refused');
    }),
    { numRuns: 150 },
  );
});
