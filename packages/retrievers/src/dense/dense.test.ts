import {
  type Document,
  type Embedder,
  filterBitmap,
  fullText,
  idSpace,
  type Matrix,
  matrix,
  metadataColumnsOf,
  type Retriever,
  rankByScore,
  type Similarity,
  type VectorIndex,
} from '@sluice/core';
import { exactIndex, hashedEmbedder, testRetriever } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { dense } from './dense.js';
import { flatIndex } from './flat/flat-index.js';

for (const similarity of ['cosine', 'dot', 'euclidean'] as const) {
  testRetriever(`dense over flatIndex, ${similarity}`, (documents) => over(flatIndex, documents, similarity), {
    oracle: (documents) => bruteForce(documents, similarity),
  });
}
testRetriever('dense over an index without steps', (documents) => over(exactIndex, documents, 'cosine'));

describe('texts without a vector', () => {
  const space = idSpace(['a', 'wordless', 'b']);
  const embedder = hashedEmbedder({ dimensions: 2 });
  const index = flatIndex({ dimensions: 2, similarity: 'cosine' });
  index.add(Uint32Array.of(0, 2), matrix(Float32Array.of(1, 0, 0, 1), 2));
  const query = (x: number, y: number) => ({
    text: 'q',
    vectors: { [embedder.fingerprint]: Float32Array.of(x, y) },
  });

  it('finds nothing for a query of zeros, and the rest of the batch as ever', async () => {
    const retriever = dense({ index, embedder, space });
    const rankings = await retriever.retrieve([query(0, 0), query(0, 1)], { topK: 5 });
    expect(rankings.map(({ ids }) => ids)).toEqual([[], ['b', 'a']]);
  });

  it('scores a query of zeros, and a document without a vector, as similar to nothing', async () => {
    const retriever = dense({ index, embedder, space });
    const all = rankByScore({
      space,
      ordinals: Uint32Array.of(0, 1, 2),
      scores: Float32Array.of(3, 2, 1),
      scale: retriever.scale,
    });
    const scores = await retriever.score?.([query(0, 0), query(0, 1)], [all, all]);
    expect(scores?.map((each) => [...each])).toEqual([
      [0, 0, 0],
      [0, 0, 1],
    ]);
  });
});

describe('ties at the border', () => {
  const ids = Array.from({ length: 200 }, (_, at) => `d${(at * 7919) % 1000}`);
  const space = idSpace(ids);
  const embedder = hashedEmbedder({ dimensions: 4 });

  it.each([1, 3, 64, 150, 199, 200, 300])('the first %d of 200 equal documents are the first ids', async (topK) => {
    const index = flatIndex({ dimensions: 4, similarity: 'cosine' });
    const data = new Float32Array(800).fill(1);
    index.add(
      Uint32Array.from(ids, (_, at) => at),
      matrix(data, 4),
    );
    const [ranking] = await dense({ index, embedder, space }).retrieve([{ text: 'x' }], { topK });
    expect(ranking?.ids).toEqual(ids.toSorted().slice(0, topK));
  });
});

describe('dense', () => {
  const space = idSpace(['a', 'b']);
  const embedder = hashedEmbedder({ dimensions: 2 });
  const index = flatIndex({ dimensions: 2, similarity: 'cosine' });
  index.add(Uint32Array.of(0, 1), matrix(Float32Array.of(1, 0, 0, 1), 2));

  it("uses a query's vector of this model, and no other's", async () => {
    const encodedTexts: string[] = [];
    const watched: Embedder = {
      ...embedder,
      encodeQueries: (texts, options) => {
        encodedTexts.push(...texts);
        return embedder.encodeQueries(texts, options);
      },
    };
    const queries = [
      { text: 'one', vectors: { [embedder.fingerprint]: Float32Array.of(0, 1) } },
      { text: 'two', vectors: { other: Float32Array.of(0, 1) } },
      { text: 'three', vectors: { [embedder.fingerprint]: Float32Array.of(1, 0) } },
    ];
    const rankings = await dense({ index, embedder: watched, space }).retrieve(queries, { topK: 1 });
    expect(encodedTexts).toEqual(['two']);
    expect([rankings[0]?.ids, rankings[2]?.ids]).toEqual([['b'], ['a']]);
  });

  it('refuses a vector of another width, with its row', async () => {
    const retriever = dense({ index, embedder, space });
    const queries = [{ text: 'one' }, { text: 'two', vectors: { [embedder.fingerprint]: new Float32Array(3) } }];
    await expect(retriever.retrieve(queries, { topK: 1 })).rejects.toMatchObject({
      code: 'SLUICE_INVALID_INPUT',
      row: 1,
    });
  });

  it.each([
    { why: 'another width', other: hashedEmbedder({ dimensions: 3 }), path: 'embedder.dimensions' },
    {
      why: 'another similarity',
      other: hashedEmbedder({ dimensions: 2, similarity: 'dot' }),
      path: 'embedder.similarity',
    },
  ])('refuses an embedder of $why', ({ other, path }) => {
    const make = () => dense({ index, embedder: other, space });
    expect(make).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_OPTIONS', path }));
  });

  it('refuses an index that another model filled', () => {
    const make = () => dense({ index, embedder, space, indexed: 'other' });
    expect(make).toThrow(
      expect.objectContaining({
        code: 'SLUICE_FINGERPRINT_MISMATCH',
        indexed: 'other',
        loaded: embedder.fingerprint,
      }),
    );
    expect(() => dense({ index, embedder, space, indexed: embedder.fingerprint })).not.toThrow();
  });

  it('refuses a filter that it cannot resolve, and rankings of another space', async () => {
    const retriever = dense({ index, embedder, space });
    const filter = { exists: 'year' } as const;
    await expect(retriever.retrieve([{ text: 'x' }], { topK: 1, filter })).rejects.toMatchObject({ path: 'filter' });
    const elsewhere = await dense({ index, embedder, space: idSpace(['a', 'b']) }).retrieve([{ text: 'x' }], {
      topK: 1,
    });
    await expect(retriever.score?.([{ text: 'x' }], elsewhere)).rejects.toMatchObject({
      code: 'SLUICE_SPACE_MISMATCH',
    });
  });

  it('lets others run during a long scan', async () => {
    const long = flatIndex({ dimensions: 2, similarity: 'cosine' });
    const rows = 40_000;
    long.add(
      Uint32Array.from({ length: rows }, (_, row) => row),
      matrix(
        Float32Array.from({ length: rows * 2 }, (_, at) => Math.sin(at) + 2),
        2,
      ),
    );
    let isDone = false;
    let turns = 0;
    const count = () => {
      turns++;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    const texts = Array.from({ length: 200 }, (_, at) => ({ text: `query ${at}` }));
    await dense({ index: long, embedder, space: bigSpace(rows) }).retrieve(texts, { topK: 3 });
    isDone = true;
    expect(turns).toBeGreaterThan(3);
  });
});

async function over(
  make: (shape: { dimensions: number; similarity: Similarity }) => VectorIndex,
  documents: readonly Document[],
  similarity: Similarity,
): Promise<Retriever> {
  const embedder = hashedEmbedder({ similarity });
  const index = make({ dimensions: embedder.dimensions, similarity });
  index.add(
    Uint32Array.from(documents, (_, at) => at),
    await embedder.encodeDocuments(documents),
  );
  const columns = metadataColumnsOf(documents.map(({ metadata }) => metadata));
  const space = idSpace(documents.map(({ id }) => id));
  return dense({ index, embedder, space, bitmapOf: (filter) => filterBitmap(filter, columns) });
}

/** Every document scored by the oracle's index, and core's order. */
async function bruteForce(documents: readonly Document[], similarity: Similarity): Promise<Retriever> {
  const retriever = await over(exactIndex, documents, similarity);
  const embedder = hashedEmbedder({ similarity });
  const index = exactIndex({ dimensions: embedder.dimensions, similarity });
  const ordinals = Uint32Array.from(documents, (_, at) => at);
  index.add(ordinals, await embedder.encodeDocuments(documents.map(fullText)));
  const space = idSpace(documents.map(({ id }) => id));
  return {
    ...retriever,
    retrieve: async (queries, { topK }) => {
      const vectors: Matrix = await embedder.encodeQueries(queries.map(({ text }) => text));
      return queries.map((_, row) => {
        const query = matrix(
          vectors.data.subarray(row * vectors.columns, (row + 1) * vectors.columns),
          vectors.columns,
        );
        const scores = index.score(query, Uint32Array.of(0, ordinals.length), ordinals);
        return rankByScore({ space, ordinals, scores, scale: retriever.scale }, topK);
      });
    },
  };
}

function bigSpace(size: number): ReturnType<typeof idSpace> {
  return {
    name: 'big',
    size,
    idOf: String,
    ordinalOf: Number,
    compare: (left, right) => left - right,
  };
}
