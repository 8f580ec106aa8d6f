import { readFileSync } from 'node:fs';
import { transformerEmbedder } from '@sluice/embedders';
import { loadTokenizer, readModelFolder, TokenCollector } from '@sluice/inference';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithShared } from '../shared.js';

interface GoldenText {
  readonly text: string;
  readonly input_ids: readonly number[];
}

describeWithShared('all-MiniLM-L6-v2 against sentence-transformers', (shared) => {
  const model = `${shared}/models/all-MiniLM-L6-v2`;
  const golden = `${shared}/golden/all-MiniLM-L6-v2`;
  let texts: readonly GoldenText[] = [];
  let expected = new Float32Array(0);
  const embedders: { close(): Promise<void> }[] = [];

  beforeAll(() => {
    const lines = readFileSync(`${golden}/texts.jsonl`, 'utf8').trimEnd().split('\n');
    texts = lines.map((line) => JSON.parse(line));
    expected = new Float32Array(new Uint8Array(readFileSync(`${golden}/embeddings.f32`)).buffer);
  });

  afterAll(async () => {
    for (const embedder of embedders) await embedder.close();
  });

  it('gives 175 of 175 token sequences', async () => {
    const tokenizer = await loadTokenizer(await readModelFolder(model, 'float32'));
    expect(tokenizer.kind).toBe('word piece');
    const collector = new TokenCollector(texts.length);
    for (const { text } of texts) tokenizer.encode(text, collector);
    const { ids, offsets } = collector.finish();
    const sequences = texts.map((_, at) => [...ids.subarray(offsets[at], offsets[at + 1])]);
    expect(sequences).toEqual(texts.map(({ input_ids }) => input_ids));
    expect(texts).toHaveLength(175);
  });

  it('gives 175 of 175 embeddings to 1e-5', async () => {
    const embedder = await transformerEmbedder({ model });
    embedders.push(embedder);
    const { data, rows, columns } = await embedder.encodeDocuments(texts.map(({ text }) => text));
    expect({ rows, columns }).toEqual({ rows: 175, columns: 384 });
    expect(largestDifference(data, expected)).toBeLessThan(1e-5);
  });

  it('gives int8 embeddings as far from float32 as the reference says', async () => {
    const embedder = await transformerEmbedder({ model, precision: 'int8' });
    embedders.push(embedder);
    const { data } = await embedder.encodeDocuments(texts.map(({ text }) => text));
    const cosines = texts.map((_, row) => cosine(data, expected, row, 384));
    // The reference is .9917 on average and .962 at worst; activations are quantized over a batch, so they move a bit.
    expect(cosines.reduce((sum, value) => sum + value, 0) / cosines.length).toBeGreaterThan(0.989);
    expect(Math.min(...cosines)).toBeGreaterThan(0.94);
  });
});

function largestDifference(one: Float32Array, other: Float32Array): number {
  expect(one.length).toBe(other.length);
  return one.reduce((largest, value, at) => Math.max(largest, Math.abs(value - (other[at] ?? Number.NaN))), 0);
}

function cosine(one: Float32Array, other: Float32Array, row: number, columns: number): number {
  let dot = 0;
  for (let at = row * columns; at < (row + 1) * columns; at++) dot += (one[at] ?? 0) * (other[at] ?? 0);
  return dot;
}
