import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelRegistry } from './model-registry.js';
import type { OpenModel } from './open-model.js';
import type { TextSource } from './pool/encode-call.js';
import { openTextModel } from './text-model.js';

const fixture = fileURLToPath(new URL('./fixtures/tiny-encoder', import.meta.url));
const unit = { columns: 16, length: 'unit' } as const;

function source(...texts: string[]): TextSource {
  return { unit: 'texts', length: texts.length, text: (index) => texts[index] ?? '' };
}

it('gives the same row alone, in a batch, and from any number of workers', async () => {
  const texts = ['tides', 'the moon and the tides of the harbour '.repeat(3), '', 'bread'];
  const registry = new ModelRegistry<OpenModel>();
  const one = await openTextModel({ model: fixture, threads: 1 }, registry);
  const two = await openTextModel({ model: fixture, workers: 2, maxBatchTokens: 8 }, registry);
  const batch = await one.encode(source(...texts), unit);
  for (const [row, text] of texts.entries()) {
    const alone = await two.encode(source(text), unit);
    alone.data.forEach((value, column) => {
      expect(Math.abs(value - (batch.data[row * 16 + column] ?? Number.NaN))).toBeLessThan(1e-6);
    });
  }
  expect(two.hash).toBe(one.hash);
  await Promise.all([one.close(), two.close()]);
});

it('gives the same rows from a process of its own', async () => {
  const registry = new ModelRegistry<OpenModel>();
  const thread = await openTextModel({ model: fixture }, registry);
  const child = await openTextModel({ model: fixture, isolation: 'process' }, registry);
  expect(registry.keys).toHaveLength(2);
  const texts = source('tides', 'the moon and the tides of the harbour', '', 'bread');
  expect(await child.encode(texts, unit)).toEqual(await thread.encode(texts, unit));
  expect(child.hash).toBe(thread.hash);
  await Promise.all([thread.close(), child.close()]);
});

it('is in memory once however often it is opened', async () => {
  const registry = new ModelRegistry<OpenModel>();
  const [one, other] = await Promise.all([
    openTextModel({ model: fixture }, registry),
    openTextModel({ model: fixture }, registry),
  ]);
  expect(registry.keys).toHaveLength(1);
  await one.close();
  await expect(one.encode(source('tides'), unit)).rejects.toMatchObject({ code: 'SLUICE_CLOSED' });
  expect((await other.encode(source('tides'), unit)).rows).toBe(1);
  await other.close();
  expect(registry.keys).toHaveLength(0);
});

it('serves 1,000 calls at once in fewer than 100 runs', async () => {
  const model = await openTextModel({ model: fixture }, new ModelRegistry());
  await Promise.all(Array.from({ length: 1000 }, (_, at) => model.encode(source(`tide ${at}`), unit)));
  expect(model.runs).toBeLessThan(100);
  await model.close();
});

it('runs at most the batch under way of a call that is cancelled', async () => {
  const model = await openTextModel({ model: fixture, maxBatchTokens: 64 }, new ModelRegistry());
  const stop = new AbortController();
  const cancelled = model.encode(source(...Array<string>(500).fill('the tides of the moon')), unit, {
    signal: stop.signal,
    onProgress: () => stop.abort(new Error('enough')),
  });
  await expect(cancelled).rejects.toThrow('enough');
  const runs = model.runs;
  expect((await model.encode(source('bread'), unit)).rows).toBe(1);
  expect(model.runs - runs).toBeLessThanOrEqual(2);
  await model.close();
});

it('refuses options that are out of range', async () => {
  await expect(openTextModel({ model: fixture, workers: 0 })).rejects.toMatchObject({ path: 'workers' });
});

describe('a folder that is damaged', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-model-'));
    await cp(fixture, folder, { recursive: true });
  });

  afterEach(() => rm(folder, { recursive: true }));

  it.each([0.999, 0.5, 0.1, 0.001])('is refused: weights cut to %f of their length', async (share) => {
    const file = join(folder, 'onnx/model.onnx');
    const bytes = await readFile(file);
    await writeFile(file, bytes.subarray(0, Math.floor(bytes.length * share)));
    await expect(openTextModel({ model: folder })).rejects.toMatchObject({ code: 'SLUICE_MODEL_FILE', file });
  });

  it('is refused: a tokenizer that is none', async () => {
    const file = join(folder, 'tokenizer.json');
    await writeFile(file, '{"model":{"type":"Abacus"}}');
    await expect(openTextModel({ model: folder })).rejects.toMatchObject({ code: 'SLUICE_MODEL_FILE', file });
  });

  it('is refused: vectors of another size than the configuration says', async () => {
    await writeFile(join(folder, 'config.json'), '{"hidden_size": 32, "max_position_embeddings": 64}');
    const model = await openTextModel({ model: folder });
    await expect(model.encode(source('tides'), { ...unit, columns: 32 })).rejects.toMatchObject({
      code: 'SLUICE_MODEL_FILE',
    });
    await model.close();
  });

  it('has another hash', async () => {
    const sound = await openTextModel({ model: fixture });
    await writeFile(join(folder, '1_Pooling/config.json'), '{"pooling_mode": "cls"}');
    const other = await openTextModel({ model: folder });
    expect(other.hash).not.toBe(sound.hash);
    await Promise.all([sound.close(), other.close()]);
  });

  it('does not exist', async () => {
    await expect(openTextModel({ model: join(folder, 'nowhere') })).rejects.toMatchObject({
      code: 'SLUICE_MODEL_FILE',
    });
  });
});
