import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type SparseMatrix, sparseRowOf } from '@sluice/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelRegistry } from '../model-registry.js';
import { parseSafetensors, tensorToFloat32 } from '../safetensors.js';
import { openSparseModel } from '../sparse-model.js';
import { TERMS_A_STEP } from './term-head.js';

const fixture = fileURLToPath(new URL('../../../embedders/src/sparse/fixtures/splade-weights', import.meta.url));
const texts = ['How deep is the channel?', 'tide', '', 'A spring tide follows the new moon, and the full moon.'];
const terms = 420;
const copies = Math.ceil((2.5 * TERMS_A_STEP) / terms);
let scratch = '';

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sluice-terms-'));
});
afterAll(() => rm(scratch, { recursive: true }));

interface Weights {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

async function readWeights(): Promise<Map<string, Weights>> {
  const file = join(fixture, 'model.safetensors');
  const tensors = [...parseSafetensors(await readFile(file), file)];
  return new Map(tensors.map(([name, it]) => [name, { shape: it.shape, values: tensorToFloat32(it, file) }]));
}

/** A copy of the fixture with other weights, and as many terms as these have. */
async function folderWith(weights: ReadonlyMap<string, Weights>, vocabulary: number): Promise<string> {
  const folder = await mkdtemp(join(scratch, 'model-'));
  await cp(fixture, folder, { recursive: true });
  const config = JSON.parse(await readFile(join(fixture, 'config.json'), 'utf8'));
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, vocab_size: vocabulary }));
  let end = 0;
  const header = Object.fromEntries(
    [...weights].map(([name, { shape, values }]) => {
      const begin = end;
      end += values.byteLength;
      return [name, { dtype: 'F32', shape, data_offsets: [begin, end] }];
    }),
  );
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const data = [...weights.values()].map(({ values }) => new Uint8Array(values.buffer, 0, values.byteLength));
  await writeFile(join(folder, 'model.safetensors'), Buffer.concat([length, text, ...data]));
  return folder;
}

async function encoded(model: string, vocabularySize: number, pooling: 'max' | 'sum'): Promise<SparseMatrix> {
  const spec = { pooling, saturation: 'log', vocabularySize, maxActiveDimensions: undefined } as const;
  const opened = await openSparseModel(
    { model, threads: 1, graphCache: join(scratch, 'cache') },
    spec,
    new ModelRegistry(),
  );
  const result = await opened.encode({ unit: 'texts', length: texts.length, text: (index) => texts[index] ?? '' });
  await opened.close();
  return result;
}

function repeated({ shape, values }: Weights): Weights {
  const all = new Float32Array(values.length * copies);
  for (let copy = 0; copy < copies; copy++) all.set(values, copy * values.length);
  return { shape: [(shape[0] ?? 0) * copies, ...shape.slice(1)], values: all };
}

describe.each(['max', 'sum'] as const)('with the %s of tokens', (pooling) => {
  it('weighs terms of several steps each by its own logits', async () => {
    const weights = await readWeights();
    for (const [name, tensor] of weights) {
      if (/word_embeddings.weight$|predictions.bias$/.test(name)) weights.set(name, repeated(tensor));
    }
    const many = await encoded(await folderWith(weights, terms * copies), terms * copies, pooling);
    const once = await encoded(fixture, terms, pooling);
    for (let row = 0; row < texts.length; row++) {
      const [some, all] = [sparseRowOf(once, row), sparseRowOf(many, row)];
      expect(all.indices).toHaveLength(some.indices.length * copies);
      all.indices.forEach((term, at) => {
        const place = at % some.indices.length;
        expect(term % terms).toBe(some.indices[place]);
        expect(Math.abs((all.values[at] ?? 0) - (some.values[place] ?? Number.NaN))).toBeLessThan(1e-5);
      });
    }
  });
});

it.each(['cls.predictions.transform.dense.weight', 'cls.predictions.bias'])(
  'refuses weights without %s',
  async (name) => {
    const weights = await readWeights();
    weights.delete(name);
    await expect(encoded(await folderWith(weights, terms), terms, 'max')).rejects.toMatchObject({
      code: 'SLUICE_MODEL_FILE',
      problem: expect.stringContaining(name),
    });
  },
);
