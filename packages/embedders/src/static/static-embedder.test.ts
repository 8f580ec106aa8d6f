import { testEmbedder } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { parseStaticModel, type StaticModelFiles } from './parse-static-model.js';
import { sha256 } from './sha256.js';
import { staticEmbedder } from './static-embedder.js';

const tokens = ['[UNK]', ...'abcdefghijklmnopqrstuvwxyz0123456789?!.,;', 'the', 'tides', 'moon', 'bread', 'ing', 'is'];
const letters = [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => `##${letter}`);
const vocabulary = [...tokens, ...letters];
const columns = 8;

/** A model with numbers that are made up, in the format of the shipped one. */
async function files(changed: { dimensions?: number; rows?: number; seed?: number } = {}): Promise<StaticModelFiles> {
  const { dimensions = columns, rows = vocabulary.length, seed = 1 } = changed;
  const scales = Float32Array.from({ length: rows }, (_, row) => (row === 0 ? 0 : 0.01 * (1 + (row % 5))));
  const values = Int8Array.from({ length: rows * columns }, (_, at) => ((at * 37 + seed * 11) % 255) - 127);
  const header = JSON.stringify({
    scales: { dtype: 'F32', shape: [rows], data_offsets: [0, rows * 4] },
    embeddings: { dtype: 'I8', shape: [rows, columns], data_offsets: [rows * 4, rows * (4 + columns)] },
  });
  const weights = new Uint8Array(8 + header.length + rows * (4 + columns));
  new DataView(weights.buffer).setBigUint64(0, BigInt(header.length), true);
  weights.set(new TextEncoder().encode(header), 8);
  weights.set(new Uint8Array(scales.buffer), 8 + header.length);
  weights.set(new Uint8Array(values.buffer), 8 + header.length + rows * 4);
  const words = new TextEncoder().encode(`${vocabulary.join('\n')}\n`);
  const config = {
    format: 1,
    type: 'static',
    dimensions,
    vocabularySize: vocabulary.length,
    similarity: 'cosine',
    pooling: 'sum',
    normalize: 'l2',
    tokenizer: {
      type: 'bert-wordpiece',
      sha256: await sha256(words),
      lowercase: true,
      stripAccents: true,
      splitCjk: true,
      unknownToken: '[UNK]',
      continuationPrefix: '##',
      maxWordLength: 100,
      addSpecialTokens: false,
    },
    weights: { sha256: await sha256(weights), embeddings: 'embeddings', scales: 'scales' },
  };
  return { config, vocabulary: words, weights };
}

const load = async (changed = {}) => parseStaticModel(await files(changed), 'made-up');

testEmbedder('staticEmbedder', async () => staticEmbedder({ model: await load() }), {
  others: [
    async () => staticEmbedder({ model: await load(), dimensions: 4 }),
    async () => staticEmbedder({ model: await load({ seed: 2 }) }),
  ],
});

describe('a text without a known token', () => {
  it.each(['', ' ', '漢字', '%'])('has zeros: "%s"', async (text) => {
    const { data } = await staticEmbedder({ model: await load() }).encodeQueries([text, 'tides']);
    expect([...data.subarray(0, columns)]).toEqual(Array(columns).fill(0));
    expect(Math.hypot(...data.subarray(columns))).toBeCloseTo(1, 6);
  });
});

it('adds up token vectors: three times a text is the same direction', async () => {
  const embedder = staticEmbedder({ model: await load() });
  const { data } = await embedder.encodeDocuments(['moon tides', 'moon tides '.repeat(3), 'tides moon']);
  for (const row of [1, 2]) {
    data.subarray(0, columns).forEach((value, column) => {
      expect(data[row * columns + column]).toBeCloseTo(value, 6);
    });
  }
});

it('reads a book in pieces to the same vector, and lets others run meanwhile', async () => {
  const embedder = staticEmbedder({ model: await load() });
  const book = 'the moon bread tides abc '.repeat(100_000);
  let turns = 0;
  const others = setInterval(() => {
    turns += 1;
  }, 0);
  const { data } = await embedder.encodeDocuments([book, 'the moon bread tides abc']);
  clearInterval(others);
  data.subarray(0, columns).forEach((value, column) => {
    expect(data[columns + column]).toBeCloseTo(value, 5);
  });
  expect(turns).toBeGreaterThan(0);
});

describe('refuses', () => {
  it('a damaged file, by its checksum', async () => {
    const { weights, ...rest } = await files();
    const damaged = weights.with(weights.length - 1, 1);
    await expect(parseStaticModel({ ...rest, weights: damaged }, 'made-up')).rejects.toMatchObject({
      code: 'SLUICE_MODEL_FILE',
      file: 'made-up/model.safetensors',
    });
  });

  it.each([
    { why: 'a width that the table has not', changed: { dimensions: 9 } },
    { why: 'a table of another vocabulary', changed: { rows: 12 } },
  ])('$why', async ({ changed }) => {
    await expect(load(changed)).rejects.toMatchObject({ file: 'made-up/model.safetensors' });
  });

  it('a configuration of another format', async () => {
    const { config, ...rest } = await files();
    const other = { ...Object(config), format: 2 };
    await expect(parseStaticModel({ config: other, ...rest }, 'made-up')).rejects.toMatchObject({
      file: 'made-up/config.json',
    });
  });

  it('more dimensions than there are', async () => {
    const model = await load();
    expect(() => staticEmbedder({ model, dimensions: 9 })).toThrow(expect.objectContaining({ path: 'dimensions' }));
  });

  it('what is no text', async () => {
    const texts: readonly string[] = JSON.parse('["tides", 7]');
    await expect(staticEmbedder({ model: await load() }).encodeQueries(texts)).rejects.toMatchObject({ row: 1 });
  });
});
