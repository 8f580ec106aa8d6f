import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ModelRegistry } from '../model-registry.js';
import { openPairModel } from '../pair-model.js';
import { quantizeModel } from './quantize-model.js';

const fixtures = fileURLToPath(new URL('../fixtures/cross-encoders', import.meta.url));
const rows = z.array(z.array(z.number()));
const pairs = z
  .array(z.tuple([z.string(), z.string()]))
  .parse(JSON.parse(readFileSync(join(fixtures, 'pairs.json'), 'utf8')));

let scratch = '';
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sluice-labels-'));
});
afterAll(() => rm(scratch, { recursive: true }));

/** A folder with weights and no graph. */
async function weightsOnly(name: string): Promise<string> {
  const folder = join(scratch, name);
  await cp(join(fixtures, name), folder, { recursive: true, filter: (file) => !file.includes('onnx') });
  return folder;
}

async function logitsOf(model: string, precision: 'float32' | 'int8'): Promise<Float32Array> {
  const options = { model, precision, threads: 1, graphCache: join(scratch, 'cache') };
  const opened = await openPairModel(options, new ModelRegistry());
  const { logits } = await opened.score({
    unit: 'pairs',
    length: pairs.length,
    first: (at) => pairs[at]?.[0] ?? '',
    second: (at) => pairs[at]?.[1] ?? '',
  });
  await opened.close();
  return logits.data;
}

describe.each(['bert', 'roberta', 'xlm-roberta', 'distilbert', 'mpnet'])('the written graph of %s', (name) => {
  const { logits } = z
    .looseObject({ logits: rows })
    .parse(JSON.parse(readFileSync(join(fixtures, name, 'expected.json'), 'utf8')));
  const expected = logits.flat();

  it('gives the logits of sentence-transformers', async () => {
    const found = await logitsOf(await weightsOnly(name), 'float32');
    expect(found.length).toBe(expected.length);
    found.forEach((logit, at) => {
      expect(Math.abs(logit - (expected[at] ?? Number.NaN)), `logit ${at}`).toBeLessThan(1e-5);
    });
  });

  it('comes near them in int8, in a folder that can be shipped', async () => {
    const out = join(scratch, `${name}-int8`);
    await quantizeModel({ model: join(fixtures, name), out });
    const found = await logitsOf(out, 'int8');
    const means = { found: mean(found), expected: mean(expected) };
    let [both, one, other] = [0, 0, 0];
    found.forEach((logit, at) => {
      const [left, right] = [logit - means.found, (expected[at] ?? 0) - means.expected];
      both += left * right;
      one += left * left;
      other += right * right;
    });
    // Random weights of 24 columns: rounding shows far more than in a trained model.
    expect(both / Math.sqrt(one * other)).toBeGreaterThan(0.97);
  });
});

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

it('refuses weights without a head, and with another number of labels', async () => {
  const folder = await weightsOnly('bert');
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, id2label: { 0: 'no', 1: 'yes' } }));
  const refused = { code: 'SLUICE_MODEL_FILE', problem: "it has no tensor 'classifier.weight' of 2 x 24" };
  await expect(logitsOf(folder, 'float32')).rejects.toMatchObject(refused);
});
