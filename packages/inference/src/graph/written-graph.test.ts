import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelRegistry } from '../model-registry.js';
import { openTextModel } from '../text-model.js';
import { quantizeModel } from './quantize-model.js';
import { writtenGraph } from './written-graph.js';

const families = fileURLToPath(new URL('../fixtures/families', import.meta.url));
let scratch = '';

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sluice-graph-'));
});
afterAll(() => rm(scratch, { recursive: true }));

/** The rows of the family's texts from a folder. */
async function rowsOf(model: string, precision: 'float32' | 'int8', maxBatchTokens = 2048): Promise<Float32Array> {
  const texts: string[] = JSON.parse(await readFile(join(families, 'texts.json'), 'utf8'));
  const opened = await openTextModel(
    { model, precision, maxBatchTokens, graphCache: join(scratch, 'cache') },
    new ModelRegistry(),
  );
  const source = { unit: 'texts', length: texts.length, text: (index: number) => texts[index] ?? '' };
  const { data } = await opened.encode(source, { columns: opened.dimensions, length: 'unit' });
  await opened.close();
  return data;
}

/** A copy of a family's folder without its graph. */
async function withoutGraph(family: string): Promise<string> {
  const folder = await mkdtemp(join(scratch, `${family}-`));
  await cp(join(families, family), folder, { recursive: true });
  await rm(join(folder, 'onnx'), { recursive: true });
  return folder;
}

describe.each(['bert', 'roberta', 'xlm-roberta', 'distilbert', 'mpnet'])('%s without an export', (family) => {
  it('gives the rows of the exported graph to 1e-5, whatever the batch', async () => {
    const expected = await rowsOf(join(families, family), 'float32');
    const folder = await withoutGraph(family);
    for (const tokens of [2048, 1]) {
      const rows = await rowsOf(folder, 'float32', tokens);
      expect(rows.length).toBe(expected.length);
      expect(Math.max(...rows.map((value, at) => Math.abs(value - (expected[at] ?? Number.NaN))))).toBeLessThan(1e-5);
    }
  });

  it('gives nearly the same rows in int8 and in float16', async () => {
    const expected = await rowsOf(join(families, family), 'float32');
    for (const [precision, opened] of [
      ['int8', 'int8'],
      ['float16', 'float32'],
    ] as const) {
      const out = join(scratch, `${family}-${precision}`);
      await quantizeModel({ model: join(families, family), out, precision });
      const rows = await rowsOf(out, opened);
      const cosine = rows.reduce((sum, value, at) => sum + value * (expected[at] ?? 0), 0) / norms(rows);
      expect(cosine).toBeGreaterThan(precision === 'int8' ? 0.99 : 0.9999);
    }
  });
});

/** Rows are of length 1, so this is how many there are. */
function norms(rows: Float32Array): number {
  return rows.reduce((sum, value) => sum + value * value, 0);
}

describe('the cache', () => {
  const request = () => ({ weights: join(families, 'bert/model.safetensors'), cache: join(scratch, 'own') });

  it('writes a graph once, also when several ask at the same time', async () => {
    const files = await Promise.all(Array.from({ length: 4 }, () => writtenGraph({ ...request(), precision: 'int8' })));
    expect(new Set(files).size).toBe(1);
    expect(await readdir(join(scratch, 'own'))).toHaveLength(1);
  });

  it.each(['cut', 'changed'])('never gives out a graph that was %s', async (damage) => {
    const file = await writtenGraph({ ...request(), precision: 'float32' });
    const sound = await readFile(file);
    if (damage === 'cut') await truncate(file, sound.length - 1);
    else await writeFile(file, sound.with(sound.length >> 1, (sound[sound.length >> 1] ?? 0) ^ 1));
    expect(await readFile(await writtenGraph({ ...request(), precision: 'float32' }))).toEqual(sound);
  });

  it('keeps precisions apart', async () => {
    const one = await writtenGraph({ ...request(), precision: 'float32' });
    expect(await writtenGraph({ ...request(), precision: 'int8' })).not.toBe(one);
  });
});
