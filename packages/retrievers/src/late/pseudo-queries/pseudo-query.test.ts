import {
  type Document,
  dotScale,
  filterBitmap,
  fullText,
  idSpace,
  type Matrix,
  type MultiVectors,
  matrix,
  metadataColumnsOf,
  paced,
  type Retriever,
  rowOf,
  unpaced,
  vectorsOf,
} from '@sluice/core';
import { expectRefusal, scoringRetriever, smallCorpus, testRetriever, wordVectors } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flatIndex } from '../../dense/flat/flat-index.js';
import { tokenVectors } from '../fixtures/token-vectors.js';
import { pseudoQuerySteps } from './pseudo-queries.js';
import { type PseudoQueryRetrieverOptions, pseudoQuery } from './pseudo-query.js';
import { PseudoQueryIndex } from './pseudo-query-index.js';
import { softmaxScore } from './softmax-score.js';

const embedder = wordVectors();

const asked = {
  test: 'finds a document by its own words',
  because: 'the mean of random vectors is near all clusters: only a small temperature tells documents apart',
};
testRetriever('pseudoQuery', async (documents) => pseudoQuery(await optionsOver(documents)), {
  oracle: (documents) => bruteForce(documents),
  tolerance: 1e-4,
  skip: [asked],
});
testRetriever('pseudoQuery by cosine, of one cluster', async (documents) =>
  pseudoQuery({ ...(await optionsOver(documents, 'cosine', 1)), temperature: 0.05 }),
);

const scoreLists = fc.array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 12 });

describe('softmaxScore', () => {
  it('lies between the mean and the largest', () => {
    fc.assert(
      fc.property(scoreLists, fc.constantFrom(0.05, 1, 100), (list, temperature) => {
        const score = softmaxScore(Float32Array.from(list), temperature);
        const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
        // Rounded to float32 in the end.
        expect(score).toBeGreaterThanOrEqual(mean - 1e-4);
        expect(score).toBeLessThanOrEqual(Math.max(...list));
      }),
    );
  });

  it('is that of the definition, whatever the order, and with everything twice', () => {
    fc.assert(
      fc.property(scoreLists, (list) => {
        const weights = list.map((value) => Math.exp(value));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const exact = list.reduce((sum, value, at) => sum + (value * (weights[at] ?? 0)) / total, 0);
        for (const same of [list, list.toReversed(), [...list, ...list]]) {
          expect(Math.abs(softmaxScore(Float32Array.from(same), 1) - exact)).toBeLessThan(1e-4);
        }
      }),
    );
  });
});

describe('pseudoQuerySteps', () => {
  const documents = tokenVectors({ texts: 30, vectors: 25, dimensions: 12 }, 4);

  it('makes of one cluster the mean', () => {
    const { vectors } = unpaced(pseudoQuerySteps(documents, { clusters: 1 }));
    const filled = Array.from({ length: 30 }, (_, text) => vectorsOf(documents, text)).filter(({ rows }) => rows > 0);
    expect(vectors.rows).toBe(filled.length);
    for (const [at, own] of filled.entries()) {
      for (let column = 0; column < 12; column++) {
        let mean = 0;
        for (let row = 0; row < own.rows; row++) mean += (own.data[row * 12 + column] ?? 0) / own.rows;
        expect(rowOf(vectors, at)[column]).toBeCloseTo(mean, 5);
      }
    }
  });

  it.each([2, 4, 9])('makes at most %d vectors, none of an empty cluster, the same alone and again', (clusters) => {
    const all = unpaced(pseudoQuerySteps(documents, { clusters }));
    expect(unpaced(pseudoQuerySteps(documents, { clusters }))).toEqual(all);
    for (let text = 0; text < documents.texts; text++) {
      const own = vectorsOf(documents, text);
      const few = vectorsOf(all, text);
      expect(few.rows).toBe(Math.min(clusters, own.rows));
      // The smallest convex set that holds the tokens holds every mean: none is a vector that stands for nothing.
      expect(few.data.every(Number.isFinite)).toBe(true);
      const one: MultiVectors = { texts: 1, offsets: Uint32Array.of(0, own.rows), vectors: own };
      expect(unpaced(pseudoQuerySteps(one, { clusters })).vectors.data).toEqual(few.data);
    }
  });

  it('has fewer vectors where tokens are equal', () => {
    const equal = { texts: 1, offsets: Uint32Array.of(0, 6), vectors: matrix(new Float32Array(12).fill(0.5), 2) };
    expect([...unpaced(pseudoQuerySteps(equal, { clusters: 4 })).vectors.data]).toEqual([0.5, 0.5]);
  });

  it('finds clusters that lie apart', () => {
    const data = Float32Array.from({ length: 40 }, (_, at) =>
      at % 2 === 0 ? 10 * Math.floor(at / 20) : (at % 7) / 10,
    );
    const { vectors } = unpaced(
      pseudoQuerySteps({ texts: 1, offsets: Uint32Array.of(0, 20), vectors: matrix(data, 2) }, { clusters: 2 }),
    );
    expect([vectors.data[0], vectors.data[2]]).toEqual([0, 10]);
  });
});

describe('PseudoQueryIndex', () => {
  it('forgets what is removed, and takes documents again', () => {
    const few = unpaced(pseudoQuerySteps(tokenVectors({ texts: 20, vectors: 9, dimensions: 8 }, 2)));
    const index = new PseudoQueryIndex(flatIndex({ dimensions: 8, similarity: 'dot' }));
    const ordinals = Uint32Array.from({ length: 20 }, (_, at) => at);
    index.add(ordinals, few);
    const { size } = index;
    const query: Matrix = { data: few.vectors.data.slice(0, 8), rows: 1, columns: 8 };
    const search = { topK: 20, expand: 10, temperature: 1 };
    const before = unpaced(index.searchInSteps(query, search));
    const [first = 0] = before.ordinals;
    expect(index.remove(Uint32Array.of(first, 99))).toBe(1);
    expect([...unpaced(index.searchInSteps(query, search)).ordinals]).not.toContain(first);
    expect(index.size).toBe(size - 1);
    index.add(ordinals, few);
    expect(index.index.size).toBe(few.vectors.rows);
    expect(sortedPairs(unpaced(index.searchInSteps(query, search)))).toEqual(sortedPairs(before));
  });

  it('says how far the ordinals of many documents go', () => {
    const size = 200_000;
    const index = new PseudoQueryIndex(flatIndex({ dimensions: 1, similarity: 'dot' }));
    const ordinals = Uint32Array.from({ length: size }, (_, at) => at + 7);
    const offsets = Uint32Array.from({ length: size + 1 }, (_, at) => at);
    index.add(ordinals, { texts: size, offsets, vectors: matrix(new Float32Array(size).fill(1), 1) });
    expect(index.span).toBe(size + 7);
  });

  it('refuses an index with vectors, and one that compares by distance', async () => {
    const full = flatIndex({ dimensions: 1, similarity: 'dot' });
    full.add(Uint32Array.of(1), matrix(Float32Array.of(1), 1));
    for (const index of [full, flatIndex({ dimensions: 1, similarity: 'euclidean' })]) {
      await expectRefusal(async () => new PseudoQueryIndex(index), { code: 'SLUICE_INVALID_INPUT' });
    }
  });
});

it.each<{ path: string; change: Partial<PseudoQueryRetrieverOptions> }>([
  { path: 'expand', change: { expand: 0 } },
  { path: 'temperature', change: { temperature: 0 } },
  { path: 'embedder.dimensions', change: { embedder: { ...embedder, dimensions: 3 } } },
  { path: 'space', change: { space: idSpace(['a']) } },
])('refuses a wrong $path', async ({ path, change }) => {
  const options = { ...(await optionsOver(smallCorpus)), ...change };
  const fields = { issues: [expect.objectContaining({ path })] };
  await expectRefusal(async () => pseudoQuery(options), { code: 'SLUICE_INVALID_OPTIONS', fields });
});

async function optionsOver(
  documents: readonly Document[],
  similarity: 'dot' | 'cosine' = 'dot',
  clusters = 4,
): Promise<PseudoQueryRetrieverOptions> {
  const index = new PseudoQueryIndex(flatIndex({ dimensions: embedder.dimensions, similarity }));
  const vectors = await embedder.encodeDocuments(documents.map(fullText));
  index.add(
    Uint32Array.from(documents, (_, at) => at),
    await paced(pseudoQuerySteps(vectors, { clusters })),
  );
  const columns = metadataColumnsOf(documents.map(({ metadata }) => metadata));
  return {
    index,
    embedder,
    space: idSpace(documents.map(({ id }) => id)),
    bitmapOf: (filter) => filterBitmap(filter, columns),
  };
}

/** The second stage over all documents, by its definition. Queries are those of the kit, encoded beforehand. */
async function bruteForce(documents: readonly Document[]): Promise<Retriever> {
  const few = unpaced(pseudoQuerySteps(await embedder.encodeDocuments(documents.map(fullText))));
  const corpusWords = [
    'amber',
    'basalt',
    'cobalt',
    'delta',
    'ember',
    'fjord',
    'granite',
    'harbour',
    'island',
    'juniper',
  ];
  const words = ['[Q]', ...corpusWords];
  const known = await embedder.encodeDocuments(words);
  const score = (text: string, document: Document): number | undefined => {
    const own = vectorsOf(few, documents.indexOf(document));
    if (own.rows === 0) return undefined;
    const asked = `[Q] ${text}`.split(/\s+/).filter((word) => word !== '');
    const products = Array.from({ length: own.rows }, (_, row) => {
      let product = 0;
      for (const word of asked) {
        const vector = rowOf(known.vectors, words.indexOf(word));
        product +=
          vector.reduce((sum, value, column) => sum + value * (rowOf(own, row)[column] ?? 0), 0) / asked.length;
      }
      return product;
    });
    const weights = products.map((product) => Math.exp(product));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return products.reduce((sum, product, at) => sum + (product * (weights[at] ?? 0)) / total, 0);
  };
  return scoringRetriever(documents, { score, scale: dotScale });
}

function sortedPairs({ ordinals, scores }: { ordinals: Uint32Array; scores: Float32Array }): [number, number][] {
  return Array.from(ordinals, (ordinal, at): [number, number] => [ordinal, scores[at] ?? 0]).sort(([a], [b]) => a - b);
}
