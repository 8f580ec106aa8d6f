import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type SparseMatrix, sparseRowOf } from '@sluice/core';
import { ModelRegistry, type OpenModel } from '@sluice/inference';
import { testSparseEmbedder } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SpladeEmbedder, type SpladeEmbedderOptions, spladeEmbedder } from './splade-embedder.js';

/** A row as the fixture's script wrote it: terms, and their weights in seven digits. */
type Row = readonly [terms: readonly number[], weights: readonly number[]];

interface Expected {
  readonly queries: readonly Row[];
  readonly documents: readonly Row[];
  /** Documents with their eight heaviest terms. */
  readonly eight: readonly Row[];
  /** The five heaviest terms of documents. */
  readonly decoded: readonly (readonly [string, number])[][];
}

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const texts: readonly string[] = JSON.parse(readFileSync(fixture('texts.json'), 'utf8'));
const expectedOf = (name: string): Expected => JSON.parse(readFileSync(join(fixture(name), 'expected.json'), 'utf8'));

let graphCache = '';

beforeAll(async () => {
  graphCache = await mkdtemp(join(tmpdir(), 'sluice-graphs-'));
});

afterAll(() => rm(graphCache, { recursive: true }));

async function withEmbedder(
  options: SpladeEmbedderOptions,
  use: (embedder: SpladeEmbedder) => Promise<void>,
): Promise<void> {
  const embedder = await spladeEmbedder({ threads: 1, graphCache, ...options }, new ModelRegistry<OpenModel>());
  try {
    await use(embedder);
  } finally {
    await embedder.close();
  }
}

/**
 * Both sides compute in float32. Where weights are sums over 46 tokens, up to 88 in size, so are their errors. The last
 * two have no graph: one is written for their weights.
 */
const fixtures = [
  { name: 'splade', within: 1e-5 },
  { name: 'splade-sum', within: 3e-5 },
  { name: 'splade-doc', within: 1e-5 },
  { name: 'splade-weights', within: 1e-5 },
  { name: 'splade-distil-weights', within: 3e-5 },
];

function expectRows(found: SparseMatrix, expected: readonly Row[], within: number): void {
  expect(found.rows).toBe(expected.length);
  for (const [row, [terms, weights]] of expected.entries()) {
    const { indices, values } = sparseRowOf(found, row);
    const left = new Map([...indices].map((term, at) => [term, values[at] ?? 0]));
    const right = new Map(terms.map((term, at) => [term, weights[at] ?? 0]));
    for (const term of new Set([...left.keys(), ...right.keys()])) {
      const difference = Math.abs((left.get(term) ?? 0) - (right.get(term) ?? 0));
      expect(difference, `row ${row}, term ${term}`).toBeLessThan(within);
    }
  }
}

describe.each(fixtures)('$name is encoded as by sentence-transformers', ({ name, within }) => {
  const expected = expectedOf(name);

  testSparseEmbedder(name, () => spladeEmbedder({ model: fixture(name), threads: 1, graphCache }), {
    runs: 4,
    others: [
      () => spladeEmbedder({ model: fixture(name), threads: 1, graphCache, maxActiveDimensions: 4 }),
      () => spladeEmbedder({ model: fixture(name), threads: 1, graphCache, queryPrompt: 'ask: ' }),
      () => spladeEmbedder({ model: fixture(name), threads: 1, graphCache, queries: 'words' }),
    ],
  });

  it('queries and documents, whatever the batch', async () => {
    await withEmbedder({ model: fixture(name) }, async (embedder) => {
      expectRows(await embedder.encodeQueries(texts), expected.queries, within);
      expectRows(await embedder.encodeDocuments(texts), expected.documents, within);
    });
  });

  it('the heaviest terms', async () => {
    await withEmbedder({ model: fixture(name), maxActiveDimensions: 8 }, async (embedder) => {
      expectRows(await embedder.encodeDocuments(texts), expected.eight, within);
    });
  });

  it('terms in words', async () => {
    await withEmbedder({ model: fixture(name) }, async (embedder) => {
      const decoded = await embedder.decode(await embedder.encodeDocuments(texts), { topK: 5 });
      expect(decoded.map((row) => row.map(({ term }) => term))).toEqual(
        expected.decoded.map((row) => row.map(([term]) => term)),
      );
    });
  });
});

describe('queries without a model', () => {
  it('are the words of the query, each once, without special tokens', async () => {
    await withEmbedder({ model: fixture('splade'), queries: 'words' }, async (embedder) => {
      const encoded = await embedder.encodeQueries(['tide tide the [SEP] moon', '']);
      const [terms] = await embedder.decode(encoded);
      expect(new Set(terms?.map(({ term }) => term))).toEqual(new Set(['tide', 'the', 'moon']));
      expect(new Set(encoded.values)).toEqual(new Set([1]));
      expect(encoded.offsets).toEqual(Uint32Array.of(0, 3, 3));
    });
  });

  it('are weighed by a table of one’s own', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-idf-'));
    const weights = join(folder, 'idf.json');
    try {
      await writeFile(weights, JSON.stringify({ tide: 2.5, moon: 1.5, 'no token': 9 }));
      await withEmbedder({ model: fixture('splade'), queries: { weights } }, async (embedder) => {
        const decoded = await embedder.decode(await embedder.encodeQueries(['the tide, the moon']));
        expect(decoded).toEqual([
          [
            { term: 'tide', weight: 2.5 },
            { term: 'moon', weight: 1.5 },
          ],
        ]);
      });
      // 1e39 is Infinity as float32.
      for (const tide of [-1, 1e39]) {
        await writeFile(weights, JSON.stringify({ tide }));
        await expect(spladeEmbedder({ model: fixture('splade'), queries: { weights } })).rejects.toMatchObject({
          code: 'SLUICE_MODEL_FILE',
          file: weights,
        });
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('a table in which tokens count for other terms', () => {
  const tensors = (weights: Float32Array, terms: Int32Array): Uint8Array => {
    const header = JSON.stringify({
      weight: { dtype: 'F32', shape: [weights.length], data_offsets: [0, weights.byteLength] },
      term: { dtype: 'I32', shape: [terms.length], data_offsets: [weights.byteLength, 2 * weights.byteLength] },
    });
    const length = new DataView(new ArrayBuffer(8));
    length.setBigUint64(0, BigInt(header.length), true);
    return Buffer.concat([new Uint8Array(length.buffer), Buffer.from(header), weights, terms].map(bytesOf));
  };

  async function withTable(terms: Int32Array, use: (weights: string) => Promise<void>): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-terms-'));
    try {
      await writeFile(join(folder, 'q.safetensors'), tensors(new Float32Array(terms.length).fill(1.5), terms));
      await use(join(folder, 'q.safetensors'));
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  it('adds up nothing: each term once, at its own weight', async () => {
    const size = sizeOf(fixture('splade'));
    await withTable(new Int32Array(size).fill(7), async (weights) => {
      await withEmbedder({ model: fixture('splade'), queries: { weights } }, async (embedder) => {
        const encoded = await embedder.encodeQueries(['tide moon', '']);
        expect([...encoded.indices]).toEqual([7]);
        expect([...encoded.values]).toEqual([1.5]);
        expect([...encoded.offsets]).toEqual([0, 1, 1]);
      });
    });
  });

  it.each([-1, 1e6])('refuses the term %d', async (term) => {
    await withTable(new Int32Array(sizeOf(fixture('splade'))).fill(term), async (weights) => {
      await expect(spladeEmbedder({ model: fixture('splade'), queries: { weights } })).rejects.toMatchObject({
        code: 'SLUICE_MODEL_FILE',
        problem: expect.stringContaining('no term'),
      });
    });
  });
});

function sizeOf(folder: string): number {
  return JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')).vocab_size;
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

it('encodes documents by a table too, where that is all there is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-table-'));
  try {
    await cp(join(fixture('splade-doc'), 'query_0_SparseStaticEmbedding'), join(folder, 'table'), { recursive: true });
    const type = 'sentence_transformers.sparse_encoder.models.SparseStaticEmbedding';
    await writeFile(join(folder, 'modules.json'), JSON.stringify([{ path: 'table', type }]));
    const registry = new ModelRegistry<OpenModel>();
    const embedder = await spladeEmbedder({ model: folder, maxActiveDimensions: 3 }, registry);
    expect(registry.keys).toEqual([]);
    const heaviest = expectedOf('splade-doc').queries.map(([terms, weights]): Row => {
      const order = [...terms.keys()].sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0)).slice(0, 3);
      return [order.map((at) => terms[at] ?? 0), order.map((at) => weights[at] ?? 0)];
    });
    expectRows(await embedder.encodeDocuments(texts), heaviest, 1e-5);
    await embedder.close();
    await expect(embedder.encodeDocuments(texts)).rejects.toMatchObject({ code: 'SLUICE_CLOSED' });
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('leaves nothing open when a side cannot be opened', async () => {
  const registry = new ModelRegistry<OpenModel>();
  const options = { model: fixture('splade'), queries: { weights: '/nowhere.json' } };
  await expect(spladeEmbedder(options, registry)).rejects.toMatchObject({ code: 'SLUICE_MODEL_FILE' });
  expect(registry.keys).toEqual([]);
});

it('says what to do with a graph that ends before the vocabulary', async () => {
  const model = fileURLToPath(new URL('../multi-vector/fixtures/native', import.meta.url));
  await expect(spladeEmbedder({ model })).rejects.toMatchObject({
    code: 'SLUICE_MODEL_FILE',
    problem: expect.stringContaining('sparse encoder'),
  });
  const stanford = fileURLToPath(new URL('../multi-vector/fixtures/stanford', import.meta.url));
  await withEmbedder({ model: stanford }, async (embedder) => {
    await expect(embedder.encodeDocuments(['tides'])).rejects.toMatchObject({
      code: 'SLUICE_MODEL_FILE',
      message: expect.stringContaining('fill-mask'),
    });
  });
});

it.each([0, 1.5, Number.NaN])('refuses to decode %f terms', async (topK) => {
  await withEmbedder({ model: fixture('splade') }, async (embedder) => {
    const encoded = await embedder.encodeQueries(['tides']);
    await expect(embedder.decode(encoded, { topK })).rejects.toMatchObject({ path: 'topK' });
  });
});
