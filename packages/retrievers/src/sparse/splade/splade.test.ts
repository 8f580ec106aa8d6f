import { type Document, filterBitmap, fullText, idSpace, metadataColumnsOf } from '@sluice/core';
import { expectRefusal, smallCorpus, testRetriever } from '@sluice/testing';
import { expect, it } from 'vitest';
import { stacked, vocabularySize, weighWords, wordWeights } from '../impact/fixtures/word-weights.js';
import { impact } from '../impact/impact.js';
import type { ImpactIndex } from '../impact/impact-index.js';
import { ImpactIndexBuilder } from '../impact/impact-index-builder.js';
import { type SpladeOptions, splade } from './splade.js';
import { pruneRows, pruneTerms, type TermPruning } from './term-pruning.js';

testRetriever('splade', (documents) => splade(optionsOver(documents)));
testRetriever('splade with pruned queries', (documents) =>
  splade({ ...optionsOver(documents), queryPruning: { terms: 3, mass: 0.9 } }),
);
testRetriever(
  'splade in two stages',
  (documents) => splade({ ...twoStages(documents), queryPruning: { terms: 2 }, depth: 5 }),
  {
    skip: [
      {
        test: 'scores documents that it did not return, in any order, no better than those it did',
        because: 'the first stage, of pruned vectors, may pass over a document that full vectors would rank higher',
      },
    ],
  },
);

const queries = smallCorpus.map(({ text }) => ({ text }));

it('finds with the pruned query what impact finds with it', async () => {
  const pruning = { shareOfHeaviest: 0.8 };
  const given = queries.map((query) => ({
    ...query,
    sparseVectors: { words: pruneTerms(weighWords(query.text), pruning) },
  }));
  const options = optionsOver(smallCorpus);
  const found = await splade({ ...options, queryPruning: pruning }).retrieve(queries, { topK: 4 });
  const expected = await impact(options).retrieve(given, { topK: 4 });
  expect(found.map(({ ids }) => ids)).toEqual(expected.map(({ ids }) => ids));
  expect(found.map(({ scores }) => scores)).toEqual(expected.map(({ scores }) => scores));
  const whole = await impact(options).retrieve(queries, { topK: 4 });
  expect(found.map(({ scores }) => scores)).not.toEqual(whole.map(({ scores }) => scores));
});

it('scores and explains in two stages as the full index does', async () => {
  const options = twoStages(smallCorpus);
  const full = impact({ ...options, index: indexOf(smallCorpus), full: undefined });
  const retriever = splade({ ...options, queryPruning: { terms: 2 }, depth: 4 });
  const found = await retriever.retrieve(queries, { topK: 2 });
  expect(found.map(({ scores }) => scores)).toEqual(await full.score?.(queries, found));
  const [query, ranking] = [queries[0], found[0]];
  if (!query || !ranking) expect.fail('no ranking');
  const ordinal = ranking.ordinals[0] ?? 0;
  const explained = await full.explain(query, ordinal);
  expect(await retriever.explain(query, ordinal)).toEqual(explained);
  expect(await retriever.explainAll(query, [ordinal, ordinal])).toEqual([explained, explained]);
});

it('asks the model once for both stages', async () => {
  const embedder = wordWeights();
  let calls = 0;
  const counting = {
    ...embedder,
    encodeQueries: (...given: Parameters<typeof embedder.encodeQueries>) => {
      calls++;
      return embedder.encodeQueries(...given);
    },
  };
  await splade({ ...twoStages(smallCorpus), embedder: counting }).retrieve(queries, { topK: 2 });
  expect(calls).toBe(1);
});

it('refuses a depth without a second stage, a pruning out of range, and another model’s full index', async () => {
  const options = optionsOver(smallCorpus);
  for (const wrong of [{ depth: 10 }, { queryPruning: { mass: 2 } }, { name: '' }]) {
    await expectRefusal(async () => splade({ ...options, ...wrong }), { code: 'SLUICE_INVALID_OPTIONS' });
  }
  const full = indexOf(smallCorpus, {}, 'other');
  await expectRefusal(async () => splade({ ...options, full }), { code: 'SLUICE_FINGERPRINT_MISMATCH' });
});

it('is written down with its parameters alone', () => {
  const parameters = { name: 'mine', evaluation: 'exhaustive', queryPruning: { terms: 4 }, depth: 7 } as const;
  expect(splade({ ...twoStages(smallCorpus), ...parameters }).toSpec?.()).toMatchObject({
    type: 'splade',
    ...parameters,
  });
});

function indexOf(documents: readonly Document[], pruning: TermPruning = {}, fingerprint = 'words'): ImpactIndex {
  const builder = new ImpactIndexBuilder({ fingerprint, vocabularySize, precision: 'float32' });
  const rows = stacked(documents.map((document) => weighWords(fullText(document))));
  builder.add(
    Uint32Array.from(documents, (_, at) => at),
    pruneRows(rows, pruning),
  );
  return builder.build();
}

function optionsOver(documents: readonly Document[]): SpladeOptions {
  const columns = metadataColumnsOf(documents.map(({ metadata }) => metadata));
  return {
    index: indexOf(documents),
    space: idSpace(documents.map(({ id }) => id)),
    embedder: wordWeights(),
    bitmapOf: (filter) => filterBitmap(filter, columns),
  };
}

function twoStages(documents: readonly Document[]): SpladeOptions {
  return { ...optionsOver(documents), index: indexOf(documents, { terms: 3 }), full: indexOf(documents) };
}
