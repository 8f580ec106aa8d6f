import { idSpace } from '@sluice/core';
import { expectEqualRankings, expectRefusal, forAll } from '@sluice/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { englishAnalyzer } from '../analysis/english-analyzer.js';
import { bm25 } from './bm25.js';
import { bm25Formula } from './bm25-formula.js';
import { Bm25IndexBuilder } from './bm25-index-builder.js';
import { countTerms } from './term-weights.js';

const english = englishAnalyzer();
const words = ['iron', 'tin', 'zinc', 'salt', 'lead']; // each its own stem
const texts = fc.array(
  fc.array(fc.constantFrom(...words), { maxLength: 10 }).map((list) => list.join(' ')),
  {
    minLength: 1,
    maxLength: 20,
  },
);

it('gives whole weights the scores of a text that repeats its terms', async () => {
  const query = fc.array(fc.constantFrom(...words, 'gold'), { maxLength: 8 });
  await forAll(fc.record({ texts, query }), { runs: 200 }, async ({ texts, query }) => {
    const retriever = retrieverOver(texts);
    const plain = await retriever.retrieve([{ text: query.join(' ') }], { topK: 20 });
    const weighed = await retriever.retrieveTerms([countTerms(query)], { topK: 20 });
    expectEqualRankings(weighed, plain, 0, 'repetition');
    expect(await retriever.scoreTerms([countTerms(query)], plain)).toEqual(plain.map(({ scores }) => scores));
  });
});

it('multiplies the idf of a term by its weight', async () => {
  const weights = fc.dictionary(
    fc.constantFrom(...words),
    fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 9, noNaN: true })),
  );
  const { idf, impact, norms } = bm25Formula({ k1: 1.2, b: 0.75 });
  await forAll(fc.record({ texts, weights }), { runs: 200 }, async ({ texts, weights }) => {
    const retriever = retrieverOver(texts);
    const query = new Map(Object.entries(weights));
    const [ranking] = await retriever.retrieveTerms([query], { topK: 20 });
    const tokens = texts.map((text) => text.split(' ').filter(Boolean));
    const filled = tokens.filter(({ length }) => length > 0).length;
    const norm = norms(retriever.statistics);
    const scores = tokens.map((own) => {
      let score = 0;
      for (const [term, weight] of query) {
        const n = tokens.filter((each) => each.includes(term)).length;
        const tf = own.filter((each) => each === term).length;
        if (tf === 0 || weight === 0) continue;
        score += impact(Math.fround(idf(filled, n) * Math.fround(weight)), tf, norm[own.length] ?? 0);
      }
      return Math.fround(score);
    });
    const found = new Map(Array.from(ranking?.ordinals ?? [], (ordinal, at) => [ordinal, ranking?.scores[at]]));
    expect(scores.map((_, ordinal) => found.get(ordinal) ?? 0)).toEqual(scores);
    for (const [ordinal, score] of found) expect(retriever.explainTerms(query, ordinal).score).toBe(score);
  });
});

it('does not find a document by a weight that is 0 as float32', async () => {
  const retriever = retrieverOver(['tin', 'iron']);
  const [ranking] = await retriever.retrieveTerms([new Map(Object.entries({ iron: 1e-60, tin: 1 }))], { topK: 2 });
  expect([...(ranking?.ordinals ?? [])]).toEqual([0]);
  expect(retriever.explainTerms(new Map([['iron', 1e-60]]), 1)).toMatchObject({ score: 0, terms: [] });
});

it.each([-1, Number.NaN, Infinity, 1e39, 2 ** 100 * 1.001])('refuses the weight %s', async (weight) => {
  const retriever = retrieverOver(['tin']);
  await expectRefusal(() => retriever.retrieveTerms([new Map([['tin', weight]])], { topK: 1 }), {
    code: 'SLUICE_INVALID_INPUT',
  });
});

function retrieverOver(texts: readonly string[]) {
  const builder = new Bm25IndexBuilder(english);
  for (const [ordinal, text] of texts.entries()) builder.add(ordinal, text);
  return bm25({ index: builder.build(), space: idSpace(texts.map((_, at) => `d${at}`)), analyzer: english });
}
