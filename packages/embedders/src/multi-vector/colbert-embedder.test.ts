import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Matrix, type MultiVectors, rowOf, vectorsOf } from '@sluice/core';
import { ModelRegistry, type OpenModel } from '@sluice/inference';
import { testMultiVectorEmbedder } from '@sluice/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ColbertEmbedder, type ColbertEmbedderOptions, colbertEmbedder } from './colbert-embedder.js';

/** Vectors of one text as the fixture's script wrote them, in seven digits. */
type Vectors = readonly (readonly number[])[];

interface Expected {
  readonly queries: readonly Vectors[];
  readonly documents: readonly Vectors[];
  /** Documents with a third of their vectors, the first two kept. */
  readonly thirds: readonly Vectors[];
  /** MaxSim of each query with each document. */
  readonly scores: Vectors;
}

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const texts: readonly string[] = JSON.parse(readFileSync(fixture('texts.json'), 'utf8'));
const expectedOf = (name: string): Expected => JSON.parse(readFileSync(join(fixture(name), 'expected.json'), 'utf8'));

async function withEmbedder(
  options: ColbertEmbedderOptions,
  use: (embedder: ColbertEmbedder) => Promise<void>,
): Promise<void> {
  const embedder = await colbertEmbedder({ threads: 1, ...options }, new ModelRegistry<OpenModel>());
  try {
    await use(embedder);
  } finally {
    await embedder.close();
  }
}

function expectVectors(found: MultiVectors, expected: readonly Vectors[]): void {
  expect([...found.offsets].slice(1).map((end, text) => end - (found.offsets[text] ?? 0))).toEqual(
    expected.map((vectors) => vectors.length),
  );
  const numbers = expected.flat(2);
  for (const [at, value] of found.vectors.data.entries()) {
    expect(Math.abs(value - (numbers[at] ?? Number.NaN)), `number ${at}`).toBeLessThan(1e-5);
  }
}

/** Merged vectors have no order: each expected one must be among those found. */
function expectVectorSets(found: MultiVectors, expected: readonly Vectors[]): void {
  for (const [text, vectors] of expected.entries()) {
    const those = vectorsOf(found, text);
    expect(those.rows, `vectors of text ${text}`).toBe(vectors.length);
    for (const vector of vectors) expect(distanceTo(those, vector), `a vector of text ${text}`).toBeLessThan(1e-5);
  }
}

function distanceTo(those: Matrix, vector: readonly number[]): number {
  const distances = Array.from({ length: those.rows }, (_, row) =>
    Math.max(...rowOf(those, row).map((value, column) => Math.abs(value - (vector[column] ?? Number.NaN)))),
  );
  return Math.min(...distances);
}

function maxSim(query: Matrix, document: Matrix): number {
  let sum = 0;
  for (let row = 0; row < query.rows; row++) {
    let best = Number.NEGATIVE_INFINITY;
    for (let other = 0; other < document.rows; other++) {
      const right = rowOf(document, other);
      best = Math.max(
        best,
        rowOf(query, row).reduce((dot, value, column) => dot + value * (right[column] ?? 0), 0),
      );
    }
    sum += best;
  }
  return sum;
}

describe.each(['native', 'pylate', 'stanford'])('a folder as by %s is encoded as by sentence-transformers', (name) => {
  const expected = expectedOf(name);
  const model = fixture(name);

  testMultiVectorEmbedder(name, () => colbertEmbedder({ model, threads: 1 }), {
    runs: 4,
    others: [
      () => colbertEmbedder({ model, threads: 1, documentTokens: 30 }),
      () => colbertEmbedder({ model, threads: 1, queryTokens: 13 }),
      () => colbertEmbedder({ model, threads: 1, tokenPooling: { factor: 4 } }),
    ],
  });

  it('queries and documents, whatever the batch', async () => {
    await withEmbedder({ model }, async (embedder) => {
      expect(embedder.similarity).toBe('cosine');
      expectVectors(await embedder.encodeQueries(texts), expected.queries);
      const documents = await embedder.encodeDocuments(texts);
      if (name === 'native') expectVectorSets(documents, expected.documents);
      else expectVectors(documents, expected.documents);
    });
  });

  it('scores', async () => {
    await withEmbedder({ model }, async (embedder) => {
      const [queries, documents] = [await embedder.encodeQueries(texts), await embedder.encodeDocuments(texts)];
      for (const [query, row] of expected.scores.entries()) {
        for (const [document, score] of row.entries()) {
          expect(maxSim(vectorsOf(queries, query), vectorsOf(documents, document))).toBeCloseTo(score, 4);
        }
      }
    });
  });
});

it.each(['pylate', 'stanford'])('merges vectors as SciPy does: %s', async (name) => {
  const tokenPooling = { factor: 3, protectedTokens: 2 };
  await withEmbedder({ model: fixture(name), tokenPooling }, async (embedder) => {
    expectVectorSets(await embedder.encodeDocuments(texts), expectedOf(name).thirds);
  });
});

it('merges nothing when told so', async () => {
  await withEmbedder({ model: fixture('native'), tokenPooling: 'none' }, async (all) => {
    await withEmbedder({ model: fixture('native') }, async (half) => {
      const [more, fewer] = [await all.encodeDocuments(texts), await half.encodeDocuments(texts)];
      expect(fewer.vectors.rows).toBeLessThan(more.vectors.rows * 0.6);
    });
  });
});

describe('skippedTokens', () => {
  const model = fixture('pylate');
  const text = 'tide tide tide, tide tide; moon moon';
  // As the fixture's tokenizer reads it.
  const tokens = ['[CLS]', '[D] ', 'tide', 'tide', 'tide', ',', 'tide', 'tide', ';', 'moon', 'moon', '[SEP]'];
  let all: Float32Array[] = [];
  beforeAll(async () => {
    all = await rowsWith([]);
  });
  const rowsWith = async (skippedTokens: ColbertEmbedderOptions['skippedTokens']): Promise<Float32Array[]> => {
    let rows: Float32Array[] = [];
    await withEmbedder({ model, skippedTokens }, async (embedder) => {
      const { vectors } = await embedder.encodeDocuments([text]);
      rows = Array.from({ length: vectors.rows }, (_, row) => rowOf(vectors, row).slice());
    });
    return rows;
  };

  it.each([
    { why: 'words and punctuation', skipped: ['tide', ';'] },
    { why: 'every token, the markers too', skipped: [...new Set(tokens)] },
    { why: 'what the vocabulary lacks', skipped: ['of no vocabulary', 'moon'] },
  ])('have no vector, and leave those of the others as they are: $why', async ({ skipped }) => {
    expect(all).toHaveLength(tokens.length);
    const expected = all.filter((_, at) => !skipped.some((token) => token === tokens[at]));
    expect(await rowsWith(skipped)).toEqual(expected);
  });

  it('are those of the folder unless told otherwise, and never those of queries', async () => {
    expect(await rowsWith('folder')).toEqual(all.filter((_, at) => tokens[at] !== ',' && tokens[at] !== ';'));
    await withEmbedder({ model }, async (plain) => {
      await withEmbedder({ model, skippedTokens: ['tide'] }, async (skipping) => {
        expect(skipping.fingerprint).not.toBe(plain.fingerprint);
        expect(await skipping.encodeQueries([text])).toEqual(await plain.encodeQueries([text]));
      });
    });
  });
});

it('mixes queries and documents in one batch', async () => {
  await withEmbedder({ model: fixture('pylate') }, async (embedder) => {
    const calls = texts.map(async (text) => [
      await embedder.encodeQueries([text]),
      await embedder.encodeDocuments([text]),
    ]);
    const [queries, documents] = [await embedder.encodeQueries(texts), await embedder.encodeDocuments(texts)];
    for (const [at, [query, document]] of (await Promise.all(calls)).entries()) {
      expect(query?.vectors.rows).toBe(vectorsOf(queries, at).rows);
      expect(document?.vectors.rows).toBe(vectorsOf(documents, at).rows);
    }
    expect(embedder.model.runs).toBeLessThan(texts.length);
  });
});

describe('a folder that is no late interaction model', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-colbert-'));
    await cp(fixture('pylate'), folder, { recursive: true });
  });

  afterEach(() => rm(folder, { recursive: true }));

  it.each([
    {
      why: 'it pools',
      file: 'modules.json',
      content: [
        { path: '', type: 'models.Transformer' },
        { path: '1', type: 'models.Pooling' },
      ],
    },
    { why: 'nothing says what it is', file: 'modules.json', content: undefined, blamed: 'artifact.metadata' },
    {
      why: 'a projection of another size',
      file: '1_Dense/config.json',
      content: { in_features: 24, out_features: 17, bias: false, activation_function: 'Identity' },
      blamed: '1_Dense/model.safetensors',
    },
    { why: 'lengths that are none', file: 'config_sentence_transformers.json', content: { query_length: 0 } },
    {
      why: 'a token that is not there',
      file: 'sentence_bert_config.json',
      content: { query_expansion: { strategy: 'fixed', length: 8, token: '[GAP]' } },
      blamed: 'tokenizer.json',
    },
  ])('is refused: $why', async ({ file, content, blamed }) => {
    if (content === undefined) await rm(join(folder, file));
    else await writeFile(join(folder, file), JSON.stringify(content));
    await expect(colbertEmbedder({ model: folder })).rejects.toMatchObject({
      code: 'SLUICE_MODEL_FILE',
      file: join(folder, blamed ?? file),
    });
  });
});
