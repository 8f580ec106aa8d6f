import { Bitmap, type DocumentSpace, idSpace } from '@sluice/core';
import { forAll } from '@sluice/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ScoredOrdinals } from '../top-documents.js';
import { bm25Formula } from './bm25-formula.js';
import type { Bm25Index } from './bm25-index.js';
import { Bm25IndexBuilder } from './bm25-index-builder.js';
import { Bm25Searcher, type QueryTerms } from './bm25-searcher.js';
import { type Bm25Statistics, sumStatistics } from './bm25-statistics.js';

/** Indexes, each asked `QUESTIONS` times: `SLUICE_CASES=20000` for the whole run of a release. */
const RUNS = Number(process.env.SLUICE_CASES ?? 150);
const QUESTIONS = 5;
const analyzer = {
  name: 'spaces',
  fingerprint: 'spaces/1',
  analyze: (text: string): string[] => text.split(' ').filter((term) => term !== ''),
};
const cases = fc.record({
  seed: fc.nat(),
  documents: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 200, max: 1500 })),
  words: fc.constantFrom(2, 10, 60),
  longest: fc.constantFrom(1, 5, 30),
  questions: fc.array(
    fc.record({
      words: fc.array(fc.nat({ max: 59 }), { minLength: 1, maxLength: 8 }),
      topK: fc.constantFrom(1, 3, 10, 5000),
      isFiltered: fc.boolean(),
    }),
    { minLength: QUESTIONS, maxLength: QUESTIONS },
  ),
  variant: fc.constantFrom(...(['lucene', 'lucene', 'robertson', 'atire', 'bm25l', 'bm25+'] as const)),
  k1: fc.constantFrom(0, 0.9, 1.2, 1000),
  b: fc.constantFrom(0, 0.4, 1),
  parts: fc.constantFrom(1, 2),
});

it('finds the same pruned, exhaustively and by the plain formula, whatever the query and the parts', async () => {
  let decoded = 0;
  await forAll(cases, { runs: RUNS }, async (each) => {
    const texts = textsOf(each);
    const space = idSpace(texts.map((_, at) => `d${(at * 7919) % 1_000_003}`));
    const half = each.parts === 1 ? texts.length : Math.ceil(texts.length / 2);
    const indexes = [indexOf(texts.slice(0, half), 0), indexOf(texts.slice(half), half)].slice(0, each.parts);
    const statistics = indexes.length === 1 && indexes[0] ? indexes[0] : sumStatistics(indexes);
    const some = [...texts.keys()].filter((at) => (at ^ each.seed) % 3 === 0);
    const passing = Bitmap.of(texts.length, some);
    const formula = bm25Formula(each);
    for (const index of indexes) {
      const sources = { index, space, statistics };
      const [pruned, exhaustive, chosen] = (['pruned', 'exhaustive', undefined] as const).map(
        (evaluation) => new Bm25Searcher(sources, formula, { evaluation }),
      );
      for (const { words, topK, isFiltered } of each.questions) {
        const query = queryOf(index, words);
        const filter = isFiltered ? passing : undefined;
        const expected = plainSearch(sources, formula, { query, topK, filter });
        expect(exhaustive?.search(query, topK, filter)).toEqual(expected);
        expect(pruned?.search(query, topK, filter)).toEqual(expected);
        expect(chosen?.search(query, topK, filter)).toEqual(expected);
        expect(pruned?.score(query, expected.ordinals)).toEqual(expected.scores);
        decoded += pruned?.lastSearch.decoded ?? 0;
      }
    }
  });
  expect(decoded).toBeGreaterThan(0);
});

it('passes over the blocks of a common word where a rare one decides, and finds the same', () => {
  const texts = Array.from({ length: 20_000 }, (_, at) =>
    at < 40 && at % 10 === 7 ? 'rare common' : `common other${at % 9} more`,
  );
  const space = idSpace(texts.map((_, at) => `d${at}`));
  const index = indexOf(texts, 0);
  const sources = { index, space, statistics: index };
  const query = { terms: Int32Array.of(index.terms.indexOf('rare'), index.terms.indexOf('common')), count: 2 };
  const formula = bm25Formula({ variant: 'lucene', k1: 1.2, b: 0.75 });
  const searcher = new Bm25Searcher(sources, formula, { evaluation: 'pruned' });
  const filter = undefined;
  expect(searcher.search(query, 3, filter)).toEqual(plainSearch(sources, formula, { query, topK: 3, filter }));
  expect(searcher.lastSearch.blocks).toBeGreaterThan(150);
  // Those of the first window, which has all that is rare.
  expect(searcher.lastSearch.decoded).toBeLessThan(20);
});

function textsOf({
  seed,
  documents,
  words,
  longest,
}: {
  seed: number;
  documents: number;
  words: number;
  longest: number;
}) {
  let state = seed >>> 0;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: documents }, () => {
    const length = Math.floor(random() * (longest + 1));
    return Array.from({ length }, () => `w${Math.floor(words ** random() - 1)}`).join(' ');
  });
}

function indexOf(texts: readonly string[], first: number): Bm25Index {
  const builder = new Bm25IndexBuilder(analyzer);
  for (const [at, text] of texts.entries()) builder.add(first + at, text);
  return builder.build();
}

function queryOf(index: Bm25Index, words: readonly number[]): QueryTerms {
  const terms = Int32Array.from(words, (word) => index.terms.indexOf(`w${word}`)).filter((term) => term >= 0);
  return { terms, count: terms.length };
}

/** Every posting of every term, one after the other, in the order of the query. */
function plainSearch(
  { index, space, statistics }: { index: Bm25Index; space: DocumentSpace; statistics: Bm25Statistics },
  formula: ReturnType<typeof bm25Formula>,
  { query, topK, filter }: { query: QueryTerms; topK: number; filter: Bitmap | undefined },
): ScoredOrdinals {
  const sums = new Map<number, number>();
  const norms = formula.norms(statistics);
  for (const term of new Set(query.terms)) {
    const idf = formula.idf(statistics.documents, statistics.documentFrequency(index.terms.termAt(term)));
    const weight = Math.fround(idf * query.terms.filter((each) => each === term).length);
    const { ordinals, frequencies } = index.postingsOf(term);
    for (const [at, ordinal] of ordinals.entries()) {
      const impact = formula.impact(weight, frequencies[at] ?? 0, norms[index.lengthCodes[ordinal] ?? 0] ?? 0);
      sums.set(ordinal, (sums.get(ordinal) ?? 0) + impact);
    }
  }
  const found = [...sums]
    .filter(([ordinal]) => filter?.has(ordinal) ?? true)
    .map(([ordinal, sum]) => ({ ordinal, score: Math.fround(sum) }))
    .sort((left, right) => right.score - left.score || space.compare(left.ordinal, right.ordinal))
    .slice(0, topK);
  return {
    ordinals: Uint32Array.from(found, ({ ordinal }) => ordinal),
    scores: Float32Array.from(found, ({ score }) => score),
  };
}
