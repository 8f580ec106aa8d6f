import { setImmediate as turn } from 'node:timers/promises';
import {
  type Document,
  filterBitmap,
  fullText,
  idSpace,
  metadataColumnsOf,
  Ranking,
  type Retriever,
  rankByScore,
} from '@sluice/core';
import { expectEqualRankings, expectRefusal, forAll, scoringRetriever, testRetriever } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { englishAnalyzer } from '../analysis/english-analyzer.js';
import { type Bm25Options, type Bm25Parameters, type Bm25Retriever, bm25 } from './bm25.js';
import type { Bm25Index } from './bm25-index.js';
import { Bm25IndexBuilder } from './bm25-index-builder.js';
import { sumStatistics } from './bm25-statistics.js';
import { loadBm25, saveBm25 } from './saved-bm25.js';

const english = englishAnalyzer();

testRetriever('bm25', (documents) => retrieverOver(documents), { oracle: (documents) => naiveBm25(documents, {}) });
testRetriever('bm25 after a round trip through bytes', (documents) =>
  retrieverOver(documents, {}, (index) => loadBm25(structuredClone(saveBm25(index)))),
);

it('scores as the plain sum over documents does, whatever the constants', async () => {
  const words = fc.constantFrom('ore', 'tin', 'zinc', 'salt', 'lead', 'iron');
  const text = fc.array(words, { maxLength: 12 }).map((list) => list.join(' '));
  const repeated = fc.tuple(text, fc.integer({ min: 1, max: 60 })).map(([one, times]) => `${one} `.repeat(times));
  const cases = fc.record({
    texts: fc.array(fc.oneof(text, repeated), { maxLength: 30 }),
    query: fc.oneof(text, repeated),
    k1: fc.constantFrom(0, 0.9, 1.2, 1000),
    b: fc.constantFrom(0, 0.4, 0.75, 1),
  });
  await forAll(cases, { runs: 300 }, async ({ texts, query, k1, b }) => {
    const documents = texts.map((each, at) => ({ id: `d${at}`, text: each }));
    const [actual, expected] = [retrieverOver(documents, { k1, b }), naiveBm25(documents, { k1, b })];
    for (const topK of [1, 4, 100]) {
      const answers = await actual.retrieve([{ text: query }], { topK });
      expectEqualRankings(answers, await expected.retrieve([{ text: query }], { topK }), 1e-6, 'the plain sum');
    }
  });
});

it('explains a score by contributions that add up to it', async () => {
  const retriever = retrieverOver([
    { id: 'a', text: 'tin ore and tin cans of tin' },
    { id: 'b', text: 'zinc' },
    { id: 'c', text: 'tin and zinc' },
  ]);
  const query = { text: 'tin tin zinc gold' };
  const [ranking] = await retriever.retrieve([query], { topK: 3 });
  expect(ranking?.length).toBe(3);
  for (const [rank, ordinal] of (ranking?.ordinals ?? []).entries()) {
    expect(retriever.explain(query, ordinal).score).toBe(ranking?.scores[rank]);
  }
  const { id, length, averageLength, terms } = retriever.explain(query, 0);
  expect({ id, length }).toEqual({ id: 'a', length: 5 });
  expect(averageLength).toBeCloseTo(8 / 3, 6);
  expect(
    terms.map(({ term, queryFrequency, documentFrequency, frequency }) => [
      term,
      queryFrequency,
      documentFrequency,
      frequency,
    ]),
  ).toEqual([
    ['tin', 2, 2, 3],
    ['zinc', 1, 2, 0],
    ['gold', 1, 0, 0],
  ]);
  expect(() => retriever.explain(query, 3)).toThrow(RangeError);
});

describe('an index in parts', () => {
  it('scores like the whole with the sum of the statistics', async () => {
    const texts = ['tin ore', 'zinc', 'tin tin zinc', 'salt of tin', '', 'lead and zinc'];
    const documents = texts.map((text, at) => ({ id: `d${at}`, text }));
    const whole = await retrieverOver(documents).retrieve([{ text: 'tin zinc' }], { topK: 10 });
    const space = idSpace(documents.map(({ id }) => id));
    const parts = [documents.slice(0, 3), documents.slice(3)].map((part, at) => indexOf(part, 3 * at));
    const statistics = sumStatistics(parts);
    const found = await Promise.all(
      parts.map((index) =>
        bm25({ index, space, analyzer: english, statistics }).retrieve([{ text: 'tin zinc' }], { topK: 10 }),
      ),
    );
    const [first, second] = found.map(([ranking]) => ranking ?? expect.fail('no ranking'));
    if (!first || !second) expect.fail('no ranking');
    const merged = rankByScore({
      space,
      scale: first.scale,
      ordinals: Uint32Array.of(...first.ordinals, ...second.ordinals),
      scores: Float32Array.of(...first.scores, ...second.scores),
    });
    expectEqualRankings([merged], whole, 0, 'the parts');
  });
});

describe('options', () => {
  const documents = [{ id: 'a', text: 'tin' }];

  it.each([
    { path: 'k1', parameters: { k1: -1 } },
    { path: 'k1', parameters: { k1: Number.NaN } },
    { path: 'b', parameters: { b: 1.5 } },
    { path: 'name', parameters: { name: '' } },
  ])('refuses a wrong $path', async ({ path, parameters }) => {
    await expectRefusal(async () => retrieverOver(documents, parameters), {
      code: 'SLUICE_INVALID_OPTIONS',
      fields: { path },
    });
  });

  it('refuses an index of another analyzer or of a larger space', async () => {
    const index = indexOf(documents);
    const space = idSpace(['a']);
    const analyzer = { ...english, fingerprint: 'other' };
    await expectRefusal(async () => bm25({ index, space, analyzer }), { code: 'SLUICE_FINGERPRINT_MISMATCH' });
    const small = { index, space: idSpace([]), analyzer: english };
    await expectRefusal(async () => bm25(small), { code: 'SLUICE_INVALID_OPTIONS', fields: { path: 'space' } });
  });

  it('refuses a filter without bitmapOf, and rankings of another space', async () => {
    const retriever = bm25({ index: indexOf(documents), space: idSpace(['a']), analyzer: english });
    const filtered = () => retriever.retrieve([{ text: 'tin' }], { topK: 1, filter: { exists: 'year' } });
    await expectRefusal(filtered, { code: 'SLUICE_INVALID_OPTIONS', fields: { path: 'filter' } });
    const foreign = Ranking.empty(idSpace(['a']), retriever.scale);
    await expectRefusal(async () => retriever.score?.([{ text: 'tin' }], [foreign]), { code: 'SLUICE_SPACE_MISMATCH' });
  });

  it('writes its parameters down', () => {
    expect(retrieverOver(documents, { k1: 0.9, b: 0.4, name: 'body' }).toSpec?.()).toEqual({
      type: 'bm25',
      k1: 0.9,
      b: 0.4,
      name: 'body',
    });
  });
});

it('finds nothing for a query of stop words, and nothing in documents without terms', async () => {
  const retriever = retrieverOver([
    { id: 'a', text: 'to be or not to be' },
    { id: 'b', text: '' },
  ]);
  const rankings = await retriever.retrieve([{ text: 'to be' }, { text: 'tin' }], { topK: 5 });
  expect(rankings.map(({ length }) => length)).toEqual([0, 0]);
});

it('reads a query of any length to its end', async () => {
  const documents = [
    { id: 'a', text: 'zinc' },
    { id: 'b', text: 'tin ore' },
    { id: 'c', text: 'salt' },
  ];
  const query = { text: `zinc ${'tin '.repeat(9000)} salt` };
  const [actual, expected] = [retrieverOver(documents), naiveBm25(documents, {})];
  const answers = await actual.retrieve([query], { topK: 3 });
  expect(answers[0]?.length).toBe(3);
  expectEqualRankings(answers, await expected.retrieve([query], { topK: 3 }), 1e-6, 'the plain sum');
});

it('lets others have their turn during a large batch', async () => {
  const texts = Array.from({ length: 3000 }, (_, at) => `tin ore ${'zinc '.repeat(at % 50)}`);
  const retriever = retrieverOver(texts.map((text, at) => ({ id: `d${at}`, text })));
  const queries = Array.from({ length: 2000 }, () => ({ text: 'tin ore zinc' }));
  let turns = 0;
  let answered = false;
  const answers = retriever.retrieve(queries, { topK: 10 }).finally(() => {
    answered = true;
  });
  while (!answered) {
    await turn();
    turns++;
  }
  expect(await answers).toHaveLength(2000);
  expect(turns).toBeGreaterThan(2);
});

function indexOf(documents: readonly Document[], firstOrdinal = 0): Bm25Index {
  const builder = new Bm25IndexBuilder(english);
  for (const [at, document] of documents.entries()) builder.add(firstOrdinal + at, fullText(document));
  return builder.build();
}

function retrieverOver(
  documents: readonly Document[],
  parameters: Bm25Parameters = {},
  through: (index: Bm25Index) => Bm25Index = (index) => index,
): Bm25Retriever {
  const columns = metadataColumnsOf(documents.map(({ metadata }) => metadata));
  const options: Bm25Options = {
    index: through(indexOf(documents)),
    space: idSpace(documents.map(({ id }) => id)),
    analyzer: english,
    bitmapOf: (filter) => filterBitmap(filter, columns),
  };
  return bm25({ ...options, ...parameters });
}

/** Every document from its text, for every query: no index. Float32 where Lucene has float32. */
function naiveBm25(documents: readonly Document[], { k1 = 1.2, b = 0.75 }: Bm25Parameters): Retriever {
  const { fround } = Math;
  const texts = new Map(documents.map((document) => [document.id, english.analyze(fullText(document))]));
  const filled = [...texts.values()].filter(({ length }) => length > 0);
  const average = fround(filled.reduce((sum, { length }) => sum + length, 0) / filled.length);
  const score = (query: string, { id }: Document): number | undefined => {
    const terms = texts.get(id) ?? [];
    const asked = english.analyze(query);
    let sum = 0;
    for (const term of new Set(asked)) {
      const tf = terms.filter((each) => each === term).length;
      if (tf === 0) continue;
      const n = filled.filter((each) => each.includes(term)).length;
      const idf = fround(Math.log(1 + (filled.length - n + 0.5) / (n + 0.5)));
      const weight = fround(idf * asked.filter((each) => each === term).length);
      const length = fround(fround(fround(b) * keptLength(terms.length)) / average);
      const norm = fround(1 / fround(fround(k1) * fround(fround(1 - fround(b)) + length)));
      sum += fround(weight - fround(weight / fround(1 + fround(tf * norm))));
    }
    return sum === 0 ? undefined : sum;
  };
  return scoringRetriever(documents, { name: 'bm25', scale: { name: 'bm25', minimum: 0, maximum: Infinity }, score });
}

/** The largest number not above `length` among those that Lucene's byte can keep. */
function keptLength(length: number): number {
  if (length <= 40) return length;
  let step = 2;
  while (24 + 16 * step <= length) step *= 2;
  return length - ((length - 24) % step);
}
