import {
  type Document,
  filterBitmap,
  fullText,
  idSpace,
  metadataColumnsOf,
  Ranking,
  type Retriever,
} from '@sluice/core';
import { expectRefusal, scoringRetriever, smallCorpus, testRetriever } from '@sluice/testing';
import { describe, expect, it, vi } from 'vitest';
import { clusterImpacts } from './clustered/cluster-impacts.js';
import { stacked, vocabularySize, weighWords, wordWeights } from './fixtures/word-weights.js';
import { type ImpactOptions, type ImpactParameters, impact } from './impact.js';
import type { ImpactIndex } from './impact-index.js';
import { ImpactIndexBuilder, type ImpactIndexOptions } from './impact-index-builder.js';
import type { ImpactRetriever } from './impact-retriever.js';
import { loadImpact, saveImpact } from './saved-impact.js';

testRetriever('impact', (documents) => retrieverOver(documents, {}, { precision: 'float32' }), {
  oracle: (documents) => innerProducts(documents),
});
testRetriever('impact of 8 bits after a round trip through bytes', (documents) => {
  const index = loadImpact(structuredClone(saveImpact(indexOf(documents))));
  return impact({ ...optionsOver(documents), index });
});
testRetriever(
  'impact in two stages',
  (documents) =>
    impact({
      ...optionsOver(documents),
      index: indexOf(documents, { documentTerms: 3 }),
      full: indexOf(documents),
      queryTerms: 2,
      depth: 5,
    }),
  {
    skip: [
      {
        test: 'scores documents that it did not return, in any order, no better than those it did',
        because: 'the first stage, of pruned vectors, may pass over a document that full vectors would rank higher',
      },
    ],
  },
);

it('scores in two stages as the full index does', async () => {
  const queries = smallCorpus.map(({ text }) => ({ text }));
  const options = optionsOver(smallCorpus);
  const full = impact(options);
  const twoStage = impact({
    ...options,
    index: indexOf(smallCorpus, { documentTerms: 2 }),
    full: indexOf(smallCorpus),
    depth: 4,
  });
  const found = await twoStage.retrieve(queries, { topK: 2 });
  const expected = await full.score?.(queries, found);
  expect(found.map(({ scores }) => scores)).toEqual(expected);
  expect(await twoStage.score?.(queries, found)).toEqual(expected);
});

it('takes the vector that a query brings, with or without a model', async () => {
  const sparseVectors = { words: weighWords('yeast bread') };
  const query = { text: 'the moon', sparseVectors };
  const { embedder: _, ...without } = optionsOver(smallCorpus);
  for (const retriever of [impact(without), retrieverOver(smallCorpus)]) {
    const [ranking] = await retriever.retrieve([query], { topK: 1 });
    expect(ranking?.ids).toEqual(['bread']);
  }
  const mixed = await retrieverOver(smallCorpus).retrieve([{ text: 'violin' }, query, { text: 'comet' }], { topK: 1 });
  expect(mixed.map(({ ids }) => ids[0])).toEqual(['violin', 'bread', 'comet']);
});

it('explains a score by contributions that add up to it', async () => {
  const retriever = retrieverOver(smallCorpus, { textOf: (term) => `#${term}` });
  const query = { text: 'the moon and the bread' };
  const [ranking] = await retriever.retrieve([query], { topK: 6 });
  if (!ranking) expect.fail('no ranking');
  for (const [rank, ordinal] of ranking.ordinals.entries()) {
    const { id, score, terms } = await retriever.explain(query, ordinal);
    expect({ id, score }).toEqual({ id: ranking.ids[rank], score: ranking.scores[rank] });
    expect(terms.map(({ term }) => term)).toEqual([...weighWords(query.text).indices]);
    for (const { term, text, queryWeight, documentWeight, contribution } of terms) {
      expect(text).toBe(`#${term}`);
      expect(contribution).toBeCloseTo(queryWeight * documentWeight, 10);
    }
  }
  await expect(retriever.explain(query, smallCorpus.length)).rejects.toThrow(RangeError);
});

describe('refuses', () => {
  const documents = [{ id: 'a', text: 'tin' }];
  const base = (): ImpactOptions => optionsOver(documents);
  const vector = { indices: Uint32Array.of(5), values: Float32Array.of(1) };

  it.each<{ path: string; options: Partial<ImpactOptions> }>([
    { path: 'queryTerms', options: { queryTerms: 0 } },
    { path: 'depth', options: { depth: 10 } },
    { path: 'depth', options: { depth: 0.5, full: indexOf(documents) } },
    { path: 'name', options: { name: '' } },
    { path: 'space', options: { space: idSpace([]) } },
    { path: 'embedder', options: { embedder: { ...wordWeights(), vocabularySize: 7 } } },
  ])('a wrong $path', async ({ path, options }) => {
    await expectRefusal(async () => impact({ ...base(), ...options }), {
      code: 'SLUICE_INVALID_OPTIONS',
      fields: { issues: [expect.objectContaining({ path })] },
    });
  });

  it('a model, or a full index, that did not fill the index', async () => {
    const code = 'SLUICE_FINGERPRINT_MISMATCH';
    await expectRefusal(async () => impact({ ...base(), embedder: wordWeights('other') }), { code });
    const full = indexOf(documents, { fingerprint: 'other' });
    await expectRefusal(async () => impact({ ...base(), full }), { code });
  });

  it('a filter without bitmapOf, and rankings of another space', async () => {
    const { bitmapOf: _, ...options } = base();
    const retriever = impact(options);
    const filtered = () => retriever.retrieve([{ text: 'tin' }], { topK: 1, filter: { exists: 'year' } });
    await expectRefusal(filtered, { code: 'SLUICE_INVALID_OPTIONS' });
    const foreign = Ranking.empty(idSpace(['a']), retriever.scale);
    await expectRefusal(async () => retriever.score?.([{ text: 'tin' }], [foreign]), { code: 'SLUICE_SPACE_MISMATCH' });
  });

  it('queries without a vector where there is no model', async () => {
    const { embedder: _, ...options } = base();
    const queries = [{ text: 'tin', sparseVectors: { words: vector } }, { text: 'ore' }];
    await expectRefusal(() => impact(options).retrieve(queries, { topK: 1 }), {
      code: 'SLUICE_INVALID_INPUT',
      fields: { row: 1 },
    });
  });

  it.each([
    ['terms that fall', { indices: Uint32Array.of(5, 4), values: Float32Array.of(1, 1) }],
    ['a term twice', { indices: Uint32Array.of(5, 5), values: Float32Array.of(1, 1) }],
    ['a term outside the vocabulary', { ...vector, indices: Uint32Array.of(vocabularySize) }],
    ['a negative weight', { ...vector, values: Float32Array.of(-1) }],
    ['a weight that is no number', { ...vector, values: Float32Array.of(Number.NaN) }],
    ['an infinite weight', { ...vector, values: Float32Array.of(Infinity) }],
    ['fewer weights than terms', { ...vector, values: new Float32Array(0) }],
  ])('a query vector with %s', async (_, words) => {
    const query = { text: '', sparseVectors: { words } };
    const refused = { code: 'SLUICE_INVALID_INPUT', fields: { row: 0 } };
    await expectRefusal(() => impact(base()).retrieve([query], { topK: 1 }), refused);
  });
});

it('writes its parameters down', () => {
  const parameters: ImpactParameters = { name: 'splade', queryTerms: 8 };
  expect(retrieverOver(smallCorpus, parameters).toSpec?.()).toEqual({
    type: 'impact',
    name: 'splade',
    evaluation: 'pruned',
    queryTerms: 8,
  });
});
it('asks clusters only where the terms of a query have many postings', async () => {
  const [size, few] = [70_000, 500];
  const builder = new ImpactIndexBuilder({ fingerprint: 'two terms', vocabularySize: 2 });
  const lengths = Uint32Array.from({ length: size }, (_, row) => (row < few ? 2 : 1));
  const offsets = new Uint32Array(size + 1);
  for (let row = 0; row < size; row++) offsets[row + 1] = (offsets[row] ?? 0) + (lengths[row] ?? 0);
  const indices = new Uint32Array(offsets.at(-1) ?? 0);
  for (let row = 0; row < few; row++) indices[(offsets[row] ?? 0) + 1] = 1;
  const values = Float32Array.from(indices, (_, at) => 1 + (at % 200));
  builder.add(
    Uint32Array.from({ length: size }, (_, row) => row),
    { rows: size, columns: 2, offsets, indices, values },
  );
  const index = builder.build();
  const clusters = clusterImpacts(index);
  const search = vi.spyOn(clusters, 'search');
  vi.spyOn(clusters, 'effortFor').mockReturnValue(1);
  const space = { ...idSpace([]), size, idOf: String, compare: (left: number, right: number) => left - right };
  const retriever = impact({ index, space, clusters });
  const asked = (term: number) => ({
    text: '',
    sparseVectors: { 'two terms': { indices: Uint32Array.of(term), values: Float32Array.of(1) } },
  });
  await retriever.retrieve([asked(1)], { topK: 10 });
  expect(search).not.toHaveBeenCalled();
  await retriever.retrieve([asked(0)], { topK: 10 });
  expect(search).toHaveBeenCalledOnce();
});

function indexOf(documents: readonly Document[], options: Partial<ImpactIndexOptions> = {}): ImpactIndex {
  const builder = new ImpactIndexBuilder({ fingerprint: 'words', vocabularySize, windowDocuments: 32, ...options });
  const ordinals = Uint32Array.from(documents, (_, at) => at);
  builder.add(ordinals, stacked(documents.map((document) => weighWords(fullText(document)))));
  return builder.build();
}

function optionsOver(documents: readonly Document[], options: Partial<ImpactIndexOptions> = {}): ImpactOptions {
  const columns = metadataColumnsOf(documents.map(({ metadata }) => metadata));
  return {
    index: indexOf(documents, options),
    space: idSpace(documents.map(({ id }) => id)),
    embedder: wordWeights(),
    bitmapOf: (filter) => filterBitmap(filter, columns),
  };
}

function retrieverOver(
  documents: readonly Document[],
  parameters: Partial<ImpactOptions> = {},
  options: Partial<ImpactIndexOptions> = {},
): ImpactRetriever {
  return impact({ ...optionsOver(documents, options), ...parameters });
}

/** Every document's vector against the query's, from the texts: no index. */
function innerProducts(documents: readonly Document[]): Retriever {
  const score = (query: string, document: Document): number | undefined => {
    const own = weighWords(fullText(document));
    const asked = weighWords(query);
    let product = 0;
    for (const [at, term] of asked.indices.entries()) {
      const place = own.indices.indexOf(term);
      if (place >= 0) product += (asked.values[at] ?? 0) * (own.values[place] ?? 0);
    }
    return product === 0 ? undefined : product;
  };
  return scoringRetriever(documents, { score, scale: { name: 'impact', minimum: 0, maximum: Infinity } });
}
